// Several texts side by side: figures, blame, words and who is quoted, a column each.

import { called } from "./card.js";
import { $, arabic, make } from "./dom.js";
import { counted, fold, inContext } from "./figures.js";
import { lang, polarityName, t } from "./i18n.js";
import { actorsOf, holderOf, holds, speakerOf } from "./links.js";
import { table } from "./parts.js";
import { changed, listen, state } from "./state.js";
import { goTo } from "./text.js";

const analysed = () => state.documents.filter((document) => document.analysis);
const keyOf = (name) => name.split(/\s+/).map(fold).join(" ");

/** Rows by key, each with a cell of entries for every text; shared rows first, then the fullest. */
class Rows {
  #rows = new Map();

  constructor(columns) {
    this.columns = columns;
  }

  add(key, title, column, entry) {
    if (!this.#rows.has(key)) this.#rows.set(key, { title, cells: Array.from({ length: this.columns }, () => []) });
    this.#rows.get(key).cells[column].push(entry);
  }

  sorted() {
    const shared = (row) => row.cells.filter((cell) => cell.length > 0).length;
    const full = (row) => row.cells.reduce((sum, cell) => sum + cell.length, 0);
    const last = (row) => (row.title.last ? 1 : 0);
    return [...this.#rows.values()].sort((one, other) =>
      last(one) - last(other) || shared(other) - shared(one) || full(other) - full(one));
  }
}

/** A button that opens a text at what has the key. */
function opener(document, key, ...label) {
  const open = () => {
    state.at = state.documents.indexOf(document);
    state.view = "read";
    state.chosen = key;
    changed("view", "documents", "chosen");
    goTo(key);
  };
  return make("button", { type: "button", class: "quiet", click: open }, label);
}

function figureRows(documents) {
  const rows = new Rows(documents.length);
  documents.forEach((document, column) => {
    const { text, analysis } = document;
    for (const entity of analysis.entities.filter((one) => one.label === "NUM")) {
      const { key, name, label } = counted(text, entity, analysis.entities, lang());
      const [before, figure, after] = inContext(text, entity);
      const words = make("span", { lang: "ar", dir: "rtl" }, before, make("strong", {}, figure), after);
      rows.add(key, { name, label, last: key === "" }, column, opener(document, `e:${entity.id}`, words));
    }
  });
  return rows;
}

function blameRows(documents) {
  const rows = new Rows(documents.length);
  documents.forEach((document, column) => {
    const { analysis } = document;
    for (const stance of analysis.stances) {
      const target = analysis.entities.find((entity) => entity.id === stance.target);
      rows.add(keyOf(target.name), { name: target.name }, column, opener(document, `e:${target.id}`,
        make("b", { class: stance.polarity }, polarityName(stance.polarity)), " ", called(holderOf(analysis, stance)),
        stance.evidence && [" ", arabic(`«${stance.evidence.text}»`)]));
    }
    for (const act of analysis.attributions.filter((one) => one.force === "accuse")) {
      const held = new Set(analysis.stances.filter((one) => one.holder === act.id).map((one) => one.target));
      const accused = actorsOf(document.text, analysis).filter(({ mentions }) => mentions.some((id) => {
        const entity = analysis.entities.find((one) => one.id === id);
        return act.contents.some((content) => holds(content, entity));
      }));
      // An act whose stances are known says through them whom it accuses.
      if (held.size > 0 || accused.length === 0) continue;
      rows.add(keyOf(accused[0].name), { name: accused[0].name }, column, opener(document, `a:${act.id}`,
        make("b", { class: "against" }, t("accuses")), " ", called(speakerOf(act)), " ", arabic(`«${act.cue.text}»`)));
    }
  });
  return rows;
}

function termRows(documents) {
  const rows = new Rows(documents.length);
  documents.forEach((document, column) => {
    const { text, analysis } = document;
    for (const actor of actorsOf(text, analysis)) {
      const surfaces = new Map();
      for (const id of actor.mentions) {
        const entity = analysis.entities.find((one) => one.id === id);
        surfaces.set(entity.text, [...(surfaces.get(entity.text) ?? []), entity]);
      }
      for (const [surface, mentions] of [...surfaces].sort((one, other) => other[1].length - one[1].length)) {
        rows.add(keyOf(actor.name), { name: actor.name }, column,
          opener(document, `e:${mentions[0].id}`, arabic(surface), make("span", { class: "times" }, ` ${t("times", { n: mentions.length })}`)));
      }
    }
  });
  return rows;
}

function quotedRows(documents) {
  const rows = new Rows(documents.length);
  documents.forEach((document, column) => {
    const acts = new Map();
    for (const act of document.analysis.attributions) {
      const name = speakerOf(act) ?? "";
      acts.set(name, [...(acts.get(name) ?? []), act]);
    }
    for (const [name, own] of acts) {
      rows.add(keyOf(name), { name, last: !name }, column, opener(document, `a:${own[0].id}`, t("acts", { n: own.length })));
    }
  });
  return rows;
}

const SECTIONS = [
  ["figures", "counted", figureRows, "noFigures"],
  ["blame", "actor", blameRows, "noBlame"],
  ["terms", "actor", termRows, "noTerms"],
  ["quoted", "speaker", quotedRows, "noQuoted"],
];

function cell(entries) {
  return make("td", {}, entries.length === 0
    ? make("span", { class: "nothing" }, make("span", { "aria-hidden": "true" }, "–"), make("span", { class: "visually-hidden" }, t("none")))
    : make("ul", {}, entries.map((entry) => make("li", {}, entry))));
}

function section([name, heading, collect, empty], documents) {
  const rows = collect(documents).sorted();
  const title = (row) => (row.title.name && name !== "figures" ? called(row.title.name) : row.title.name || t("unnamed"));
  return make("section", { "aria-labelledby": `compare-${name}` },
    make("h3", { id: `compare-${name}` }, t(name)),
    rows.length === 0 ? make("p", { class: "hint" }, t(empty))
      : table(t(name), [t(heading), ...documents.map((document) => arabic(document.id))], rows.map((row) => make("tr", {},
        make("th", { scope: "row" }, title(row), row.title.label && make("span", { class: "sub" }, row.title.label)), row.cells.map(cell)))));
}

function show() {
  const documents = analysed();
  $("comparison").hidden = state.view !== "compare";
  if (state.view !== "compare") return;
  $("comparison-body").replaceChildren(...SECTIONS.map((one) => section(one, documents)));
}

/** Sets the comparison up. */
export function startCompare() {
  listen(["documents", "view", "analysis", "language"], show);
}
