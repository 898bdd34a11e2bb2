// The annotation scheme's names (labels/scheme.py), each in Arabic and English.

export const LABELS = {
  PER: ["شخص", "Person"],
  NORP: ["شعب أو طائفة", "People"],
  ORG: ["مؤسسة", "Organisation"],
  ARMED: ["قوة مسلحة", "Armed body"],
  MEDIA: ["وسيلة إعلام", "News outlet"],
  GPE: ["بلد أو مدينة", "Country or town"],
  LOC: ["مكان", "Place"],
  FAC: ["منشأة", "Built place"],
  EVENT: ["حدث", "Event"],
  DATE: ["تاريخ", "Date"],
  NUM: ["عدد", "Figure"],
  WEAPON: ["سلاح", "Weapon"],
};

export const FORCES = {
  state: ["إخبار", "states"],
  affirm: ["تأكيد", "affirms"],
  claim: ["زعم", "claims"],
  deny: ["نفي", "denies"],
  accuse: ["اتهام", "accuses"],
  demand: ["مطالبة", "demands"],
  warn: ["تحذير", "warns"],
  admit: ["إقرار", "admits"],
  predict: ["توقّع", "expects"],
  ask: ["تساؤل", "asks"],
};

export const MODES = {
  indirect: ["كلام منقول بمعناه", "indirect speech"],
  direct: ["كلام منقول بنصّه", "direct speech"],
  mixed: ["بعضه بنصّه وبعضه بمعناه", "partly direct speech"],
};

export const POLARITIES = { favor: ["مع", "for"], against: ["ضد", "against"] };

export const AUTHOR = "author";
export const NAMED = new Set(["PER", "NORP", "ORG", "ARMED", "MEDIA", "GPE", "LOC", "FAC", "EVENT"]);
export const HOLDING = new Set(["NORP", "ORG", "ARMED", "GPE", "LOC", "FAC", "EVENT"]);
export const ACTORS = new Set(["PER", "NORP", "ORG", "ARMED", "MEDIA", "GPE"]);
export const QUOTES = "“”\"«»„‟'‘’";
