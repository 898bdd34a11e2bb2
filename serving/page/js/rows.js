// What texts say about the same: rows of figures, blame, words and speakers, with a cell for each text.

import { called } from "./card.js";
import { arabic, make } from "./dom.js";
import { counted, fold, inContext } from "./figures.js";
import { lang, polarityName, t } from "./i18n.js";
import { actorsOf, holderOf, holds, speakerOf } from "./links.js";
import { changed, state } from "./state.js";
import { goTo } from "./text.js";

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
    return [...this.#rows.values()]
      .filter((row) => texts(row) > 1)
      .sort((one, other) => texts(other) - texts(one) || entries(other) - entries(one));
  }

  /** What stands in one text alone, together in one row: each entry, or each row's title and then its entries. */
  rest(titled) {
    const cells = this.#cells();
    for (const { title, cells: own } of [...this.#rows.values()].filter((row) => texts(row) === 1)) {
      const column = own.findIndex((cell) => cell.length > 0);
      if (titled)
        cells[column].push([make("strong", {}, titled(title)), " ", own[column].map((entry) => [entry, " "])]);
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

export function figureRows(documents) {
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

export function blameRows(documents) {
  const rows = new Rows(documents.length);
  documents.forEach((document, column) => {
    const { analysis } = document;
    for (const stance of analysis.stances) {
      const target = analysis.entities.find((entity) => entity.id === stance.target);
      rows.add(
        keyOf(target.name),
        { name: target.name },
        column,
        opener(
          document,
          `e:${target.id}`,
          called(holderOf(analysis, stance)),
          ": ",
          make("b", { class: stance.polarity }, polarityName(stance.polarity)),
          stance.evidence && [" ", arabic(`«${stance.evidence.text}»`)],
        ),
      );
    }
    for (const act of analysis.attributions.filter((one) => one.force === "accuse")) {
      const held = new Set(analysis.stances.filter((one) => one.holder === act.id).map((one) => one.target));
      const accused = actorsOf(document.text, analysis).filter(({ mentions }) =>
        mentions.some((id) => {
          const entity = analysis.entities.find((one) => one.id === id);
          return act.contents.some((content) => holds(content, entity));
        }),
      );
      // An act whose stances are known says through them whom it accuses.
      if (held.size > 0 || accused.length === 0) continue;
      rows.add(
        keyOf(accused[0].name),
        { name: accused[0].name },
        column,
        opener(
          document,
          `a:${act.id}`,
          called(speakerOf(act)),
          ": ",
          make("b", { class: "against" }, t("accuses")),
          " ",
          arabic(`«${act.cue.text}»`),
        ),
      );
    }
  });
  return rows;
}

export function termRows(documents) {
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
        rows.add(
          keyOf(actor.name),
          { name: actor.name },
          column,
          opener(
            document,
            `e:${mentions[0].id}`,
            arabic(surface),
            make("span", { class: "times" }, ` ${t("times", { n: mentions.length })}`),
          ),
        );
      }
    }
  });
  return rows;
}

export function quotedRows(documents) {
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
