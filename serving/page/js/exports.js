// The findings in formats that other programs read. All offsets count code points.

import { codePoints } from "./offsets.js";
import { actorsOf, holderOf, speakerOf } from "./links.js";

/** The answer of the service about `document`, as it stands now. */
export function answerOf({ id, text, analysis, sha256, windows, model }) {
  const at = codePoints(text);
  const span = (one) => one && { start: at(one.start), end: at(one.end), text: one.text };
  return {
    id,
    text_sha256: sha256,
    offset_unit: "codepoint",
    windows,
    truncated: false,
    model,
    entities: analysis.entities.map((entity) => ({ ...entity, start: at(entity.start), end: at(entity.end) })),
    attributions: analysis.attributions.map((act) => ({
      ...act,
      source: span(act.source),
      cue: span(act.cue),
      contents: act.contents.map(span),
    })),
    stances: analysis.stances.map((stance) => ({ ...stance, evidence: span(stance.evidence) })),
    actors: actorsOf(text, analysis),
  };
}

/** The document as annotators write it: what `python -m labels validate` and `make train CORPUS=…` read. */
export function schemeOf({ id, text, analysis }) {
  const at = codePoints(text);
  const span = (one) => one && [at(one.start), at(one.end)];
  return {
    id,
    text,
    outlet: null,
    date: null,
    origin: "external",
    entities: analysis.entities.map(({ id: key, start, end, label, name }) => ({
      id: key,
      start: at(start),
      end: at(end),
      label,
      ...(name ? { name } : {}),
    })),
    attributions: analysis.attributions.map((act) => ({
      id: act.id,
      source: span(act.source),
      speaker: speakerOf(act),
      cue: span(act.cue),
      contents: act.contents.map(span),
      mode: act.mode,
      force: act.force,
      parent: act.parent,
    })),
    stances: analysis.stances.map(({ holder, target, polarity, evidence }) => ({
      holder,
      target,
      polarity,
      evidence: span(evidence),
    })),
  };
}

/** CoNLL in IOB2 as `labels/formats/conll.py` writes it: the outermost entities, a blank line after each line. */
export function conll({ id, text, analysis }) {
  const kept = [];
  const outerFirst = (one, other) => one.start - other.start || other.end - one.end;
  for (const entity of [...analysis.entities].sort(outerFirst)) {
    if (kept.length === 0 || kept.at(-1).end <= entity.start) kept.push(entity);
  }
  const edges = new Set(kept.flatMap(({ start, end }) => [start, end]));
  const begins = new Map(kept.map((entity) => [entity.start, entity]));
  const lines = [`# document = ${JSON.stringify({ id, text, outlet: null, date: null, origin: "external" })}`];
  let [inside, until, last] = ["O", 0, 0];
  for (const token of tokens(text, edges)) {
    if (text.slice(last, token.start).includes("\n")) lines.push("");
    const entity = begins.get(token.start);
    if (entity) [inside, until] = [entity.label, entity.end];
    const tag = token.start >= until ? "O" : `${entity ? "B" : "I"}-${inside}`;
    lines.push(`${text.slice(token.start, token.end)}\t${tag}`);
    last = token.end;
  }
  return `${lines.join("\n")}\n\n`;
}

function* tokens(text, edges) {
  for (const { 0: run, index } of text.matchAll(/[\p{L}\p{N}\p{M}\p{Cf}_]+|[^\s\x1c-\x1f\x85]/gu)) {
    let start = index;
    for (let at = index + 1; at <= index + run.length; at += 1) {
      if (at === index + run.length || edges.has(at)) {
        yield { start, end: at };
        start = at;
      }
    }
  }
}

/** A table as CSV (RFC 4180). */
function csv(rows) {
  return rows.map((row) => `${row.map(cell).join(",")}\r\n`).join("");
}

function cell(value) {
  const words = String(value ?? "");
  // A spreadsheet would run as a formula what begins so, and an article is anyone's.
  const safe = /^[=+@\t\r-]/.test(words) && !/^[-+]?[\d.,]+$/.test(words) ? `'${words}` : words;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

const COLUMNS = {
  entities: ["document", "id", "start", "end", "text", "label", "name", "score", "parent"],
  acts: [
    "document",
    "id",
    "speaker",
    "source",
    "cue",
    "cue_start",
    "cue_end",
    "content",
    "force",
    "mode",
    "parent",
    "score",
  ],
  stances: ["document", "holder", "act", "polarity", "target", "target_name", "start", "end", "evidence", "score"],
};

function rowsOf(kind, document) {
  const { id, entities, attributions, stances } = answerOf(document);
  const target = (stance) => entities.find((entity) => entity.id === stance.target);
  return {
    entities: () => entities.map((e) => [id, e.id, e.start, e.end, e.text, e.label, e.name, e.score, e.parent]),
    acts: () =>
      attributions.map((a) => [
        id,
        a.id,
        speakerOf(a),
        a.source?.text,
        a.cue.text,
        a.cue.start,
        a.cue.end,
        a.contents.map((content) => content.text).join(" … "),
        a.force,
        a.mode,
        a.parent,
        a.score,
      ]),
    stances: () =>
      stances.map((s) => [
        id,
        holderOf(document.analysis, s),
        s.holder === "author" ? "" : s.holder,
        s.polarity,
        target(s).text,
        target(s).name,
        target(s).start,
        target(s).end,
        s.evidence?.text,
        s.score,
      ]),
  }[kind]();
}

const table = (kind) => (documents) => csv([COLUMNS[kind], ...documents.flatMap((one) => rowsOf(kind, one))]);

/** Each format: {make: documents → text, ending, type}. */
export const FORMATS = {
  formatJson: {
    make: (documents) =>
      `${JSON.stringify(documents.length === 1 ? answerOf(documents[0]) : { results: documents.map(answerOf) }, null, 2)}\n`,
    ending: "json",
    type: "application/json",
  },
  formatConll: { make: (documents) => documents.map(conll).join(""), ending: "conll", type: "text/plain" },
  formatEntities: { make: table("entities"), ending: "csv", type: "text/csv" },
  formatActs: { make: table("acts"), ending: "csv", type: "text/csv" },
  formatStances: { make: table("stances"), ending: "csv", type: "text/csv" },
};

/** One document a line. */
export const jsonl = (documents) => documents.map((one) => `${JSON.stringify(schemeOf(one))}\n`).join("");

/** Hands the reader a file. */
export function save(name, type, content) {
  // A spreadsheet takes a CSV file without the mark for one in its own old encoding.
  const blob = new Blob([type === "text/csv" ? "\ufeff" : "", content], { type: `${type};charset=utf-8` });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
