// Figures and what they count, so that those of several texts can stand beside each other.

import { labelName, t } from "./i18n.js";

/** Words that count the same thing, as `fold` leaves them: [Arabic, English, words]. */
const COUNTED = [
  ["قتلى", "killed", "قتيل قتيلا قتلي قتل قتلوا قتلت مقتل ضحيه ضحايا شهيد شهداء جثه جثث لقوا صرعي"],
  ["جرحى", "wounded", "جريح جريحا جرحي مصاب مصابا مصابين اصيب"],
  [
    "سجناء ومعتقلون",
    "prisoners",
    "سجين سجينا سجناء معتقل معتقلا معتقلين معتقلي محتجز محتجزا محتجزين موقوف موقوفا اسير اسيرا اسري نزيل نزلاء",
  ],
  [
    "مقاتلون وعناصر",
    "fighters",
    "عنصر عنصرا عناصر مقاتل مقاتلا مقاتلين مقاتلو مسلح مسلحا مسلحين انتحاري انتحاريا انتحاريين مهاجم مهاجما جندي جنديا جنود ارهابي ارهابيا ارهابيين داعشي داعشيا",
  ],
  ["مدنيون", "civilians", "مدني مدنيا مدنيين شخص شخصا اشخاص مواطن مواطنا مواطنين طفل طفلا اطفال امراه نساء"],
  ["نازحون", "displaced", "نازح نازحا نازحين لاجئ لاجئا لاجئين عائله عائلات عوائل اسره"],
  ["مركبات", "vehicles", "سياره سيارات عربه عربات اليه اليات مركبه مركبات دبابه دبابات"],
  ["مسافات", "distances", "كيلومتر كيلومترا كيلومترات كم متر مترا امتار"],
  ["مدد", "durations", "يوم يوما ايام ساعه ساعات شهر شهرا اشهر سنه سنوات عام عاما اعوام اسبوع اسابيع دقيقه دقائق"],
  ["مبالغ", "sums", "دولار دولارا يورو ليره دينار دينارا جنيه ريال"],
].map(([ar, en, words]) => ({ key: ar, names: [ar, en], words: new Set(words.split(" ")) }));

/** A word without its marks, its article and the spellings that writers mix. */
export function fold(word) {
  return word
    .normalize("NFC")
    .replace(/[\p{M}ـ]/gu, "")
    .replace(/[أإآٱ]/g, "ا")
    .replace(/ى/g, "ي")
    .replace(/ة/g, "ه")
    .replace(/^ال/, "");
}

/** What the figure counts: {key, name}; figures of one key count the same thing, the key "" tells nothing. */
export function counted(text, entity, entities, lang) {
  const after = text.slice(entity.end, entity.end + 80).split("\n")[0];
  if (/^[\s\u00a0]*([%٪]|(في|ب)[\s\u00a0]?ال?م[ائ]+ة)/.test(after)) return { key: "%", name: t("percentFigures") };
  const match = /^[\s\u00a0]+(من[\s\u00a0]+)?(\p{L}[\p{L}\p{M}ـ]*)/u.exec(after);
  if (!match) return { key: "", name: "" };
  const word = fold(match[2]);
  const thing = COUNTED.find(({ words }) => words.has(word));
  if (thing) return { key: thing.key, name: thing.names[lang === "ar" ? 0 : 1] };
  const from = entity.end + match[0].length - match[2].length;
  const actor = match[1] && entities.find((other) => other.name && other.start >= from && other.start <= from + 2);
  if (actor) return { key: `= ${actor.name}`, name: actor.name, label: labelName(actor.label) };
  return { key: "", name: "" };
}

/** The figure with some words around it, cut at words: [before, figure, after]. */
export function inContext(text, entity) {
  const before = text
    .slice(Math.max(0, entity.start - 24), entity.start)
    .split("\n")
    .at(-1);
  const after = text.slice(entity.end, entity.end + 42).split("\n")[0];
  const cutBefore = entity.start - before.length > 0 && !text.slice(0, entity.start).endsWith(`\n${before}`);
  return [
    cutBefore ? `…${before.replace(/^\S*/u, "")}` : before,
    entity.text,
    after.length === 42 ? `${after.replace(/\S*$/u, "")}…` : after,
  ];
}
