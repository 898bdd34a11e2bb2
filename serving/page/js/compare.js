// Several texts side by side: figures, blame, words and who is quoted, a column each.

import { called } from "./card.js";
import { $, arabic, make } from "./dom.js";
import { t } from "./i18n.js";
import { titleOf } from "./links.js";
import { table } from "./parts.js";
import { blameRows, figureRows, quotedRows, termRows } from "./rows.js";
import { listen, state } from "./state.js";

const analysed = () => state.documents.filter((document) => document.analysis);
const named = (title) => called(title.name);

/** Each part: its name, the heading of its rows, what collects them, what is said when there are none, and how a row that
 * one text alone has is told: by its title and entries, by its entries, or not at all. */
const SECTIONS = [
  {
    name: "figures",
    heading: "counted",
    collect: figureRows,
    empty: "noFigures",
    title: (title) => title.name,
    rest: (rows) => rows.rest(null),
  },
  {
    name: "blame",
    heading: "actor",
    collect: blameRows,
    empty: "noBlame",
    title: named,
    rest: (rows) => rows.rest(named),
  },
  { name: "terms", heading: "actor", collect: termRows, empty: "noTerms", title: named, rest: () => [] },
  {
    name: "quoted",
    heading: "speaker",
    collect: quotedRows,
    empty: "noQuoted",
    title: named,
    rest: (rows) => rows.rest(named),
  },
];

function cell(entries) {
  return make(
    "td",
    {},
    entries.length === 0
      ? make(
          "span",
          { class: "nothing" },
          make("span", { "aria-hidden": "true" }, "–"),
          make("span", { class: "visually-hidden" }, t("none")),
        )
      : make(
          "ul",
          {},
          entries.map((entry) => make("li", {}, entry)),
        ),
  );
}

function section({ name, heading, collect, empty, title, rest }, documents) {
  const rows = collect(documents);
  const lines = rows
    .shared()
    .map((row) =>
      make(
        "tr",
        {},
        make(
          "th",
          { scope: "row" },
          title(row.title),
          row.title.label && make("span", { class: "sub" }, row.title.label),
        ),
        row.cells.map(cell),
      ),
    );
  const alone = rest(rows);
  if (alone.some((entries) => entries.length > 0)) {
    lines.push(make("tr", { class: "alone" }, make("th", { scope: "row" }, t("onlyOne")), alone.map(cell)));
  }
  const headings = documents.map((document) => [
    arabic(titleOf(document.text)),
    make("bdi", { class: "id" }, document.id),
  ]);
  return make(
    "section",
    { "aria-labelledby": `compare-${name}` },
    make("h3", { id: `compare-${name}` }, t(name)),
    lines.length === 0 ? make("p", { class: "hint" }, t(empty)) : table(t(name), [t(heading), ...headings], lines),
  );
}

function show() {
  const documents = analysed();
  $("comparison").hidden = state.view !== "compare";
  if (state.view !== "compare") return;
  $("comparison-body").style.setProperty("--texts", documents.length);
  $("comparison-body").replaceChildren(...SECTIONS.map((one) => section(one, documents)));
}

/** Sets the comparison up. */
export function startCompare() {
  listen(["documents", "view", "analysis", "language"], show);
}
