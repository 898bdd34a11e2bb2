// Several texts side by side: figures, blame, words and who is quoted, a column each.

import { called } from "./card.js";
import { $, arabic, make } from "./dom.js";
import { counted, fold, inContext } from "./figures.js";
import { lang, polarityName, t } from "./i18n.js";
import { actorsOf, holderOf, holds, speakerOf, titleOf } from "./links.js";
import { table } from "./parts.js";
import { changed, listen, state } from "./state.js";
import { goTo } from "./text.js";

const analysed = () => state.documents.filter((document) => document.analysis);
const keyOf = (name) => name.split(/\s+/).map(fold).join(" ");

/** Rows by key, each with a cell of entries for every text. */
class Rows {
  #rows = new Map();

  constructor(columns) {
    this.columns = columns;
  }

  add(key, title, column, entry) {
    if (!this.#rows.has(key)) this.#rows.set(key, { title, cells: this.#cells() });
    this.#rows.get(key).cells[column].push(entry);
  }

  /** What several texts share, what most share first. */
  shared() {
    return [...this.#rows.values()].filter((row) => texts(row) > 1).sort((one, other) =>
      texts(other) - texts(one) || entries(other) - entries(one));
  }

  /** What stands in one text alone, together in one row: each entry, or each row's title and then its entries. */
  rest(titled) {
    const cells = this.#cells();
    for (const { title, cells: own } of [...this.#rows.values()].filter((row) => texts(row) === 1)) {
      const column = own.findIndex((cell) => cell.length > 0);
      if (titled) cells[column].push([make("strong", {}, titled(title)), " ", own[column].map((entry) => [entry, " "])]);
      else cells[column].push(...own[column]);
    }
    return cells;
  }

  #cells() {
    return Array.from({ length: this.columns }, () => []);
  }
}

const texts = (row) => row.cells.filter((cell) => cell.length > 0).length;
const entries = (row) => row.cells.reduce((sum, cell) => sum + cell.length, 0);

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
      // What is not known to count the same thing is not beside another.
      rows.add(key || `alone in ${column}`, { name, label }, column, opener(document, `e:${entity.id}`, words));
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
        called(holderOf(analysis, stance)), ": ", make("b", { class: stance.polarity }, polarityName(stance.polarity)),
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
        called(speakerOf(act)), ": ", make("b", { class: "against" }, t("accuses")), " ", arabic(`«${act.cue.text}»`)));
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
      rows.add(keyOf(name), { name }, column, opener(document, `a:${own[0].id}`, t("acts", { n: own.length })));
    }
  });
  return rows;
}

const named = (title) => called(title.name);

/** Each part: its name, the heading of its rows, what collects them, what is said when there are none, and how a row that
 * one text alone has is told: by its title and entries, by its entries, or not at all. */
const SECTIONS = [
  { name: "figures", heading: "counted", collect: figureRows, empty: "noFigures", title: (title) => title.name, rest: (rows) => rows.rest(null) },
  { name: "blame", heading: "actor", collect: blameRows, empty: "noBlame", title: named, rest: (rows) => rows.rest(named) },
  { name: "terms", heading: "actor", collect: termRows, empty: "noTerms", title: named, rest: () => [] },
  { name: "quoted", heading: "speaker", collect: quotedRows, empty: "noQuoted", title: named, rest: (rows) => rows.rest(named) },
];

function cell(entries) {
  return make("td", {}, entries.length === 0
    ? make("span", { class: "nothing" }, make("span", { "aria-hidden": "true" }, "–"), make("span", { class: "visually-hidden" }, t("none")))
    : make("ul", {}, entries.map((entry) => make("li", {}, entry))));
}

function section({ name, heading, collect, empty, title, rest }, documents) {
  const rows = collect(documents);
  const lines = rows.shared().map((row) => make("tr", {},
    make("th", { scope: "row" }, title(row.title), row.title.label && make("span", { class: "sub" }, row.title.label)), row.cells.map(cell)));
  const alone = rest(rows);
  if (alone.some((entries) => entries.length > 0)) {
    lines.push(make("tr", { class: "alone" }, make("th", { scope: "row" }, t("onlyOne")), alone.map(cell)));
  }
  const headings = documents.map((document) => [arabic(titleOf(document.text)), make("bdi", { class: "id" }, document.id)]);
  return make("section", { "aria-labelledby": `compare-${name}` },
    make("h3", { id: `compare-${name}` }, t(name)),
    lines.length === 0 ? make("p", { class: "hint" }, t(empty)) : table(t(name), [t(heading), ...headings], lines));
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
