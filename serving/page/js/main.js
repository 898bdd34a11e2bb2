// The page: starts its parts, and shows which text is on view.

import { startCard } from "./card.js";
import { startCompare } from "./compare.js";
import { startCorrect } from "./correct.js";
import { $, arabic, make, refill } from "./dom.js";
import { FORMATS, save } from "./exports.js";
import { startFilters } from "./filters.js";
import { startFindings } from "./findings.js";
import { lang, remembered, speak, t } from "./i18n.js";
import { startInput } from "./input.js";
import { titleOf } from "./links.js";
import { startRun } from "./run.js";
import { analysis, changed, current, listen, none, state } from "./state.js";
import { tell } from "./status.js";
import { startText } from "./text.js";

function open(index) {
  Object.assign(state, { at: index, view: "read", chosen: null, selection: null, filters: none() });
  changed("documents", "view", "filters");
}

function showDocuments() {
  const analysed = state.documents.filter((document) => document.analysis);
  $("results").hidden = analysed.length === 0;
  $("documents").hidden = analysed.length < 2;
  refill(
    $("document-list"),
    analysed.map((document) => {
      const index = state.documents.indexOf(document);
      const on = state.view === "read" && index === state.at;
      return make(
        "li",
        {},
        make(
          "button",
          {
            type: "button",
            class: "document",
            "data-focus": `document ${index}`,
            "aria-current": on ? "true" : null,
            click: () => open(index),
          },
          arabic(titleOf(document.text)),
          " ",
          make("bdi", { class: "id" }, document.id),
        ),
      );
    }),
    make(
      "li",
      {},
      make(
        "button",
        {
          type: "button",
          class: "document compare",
          id: "compare",
          "aria-current": state.view === "compare" ? "true" : null,
          click: () => {
            state.view = "compare";
            changed("view");
          },
        },
        t("compare"),
      ),
    ),
  );
  $("reading").hidden = state.view !== "read" || !analysis();
  $("correct").hidden = state.view !== "read";
  if (analysed.length === 0) return;
  $("results-title").replaceChildren(state.view === "compare" ? t("compareTitle") : arabic(titleOf(current().text)));
  $("results-id").textContent = state.view === "compare" ? "" : current().id;
}

function exported() {
  const format = FORMATS[$("format").value];
  const documents = state.view === "compare" ? state.documents.filter((document) => document.analysis) : [current()];
  const name = documents.length === 1 ? documents[0].id.replace(/[^\p{L}\p{N}_.-]+/gu, "_") : "isnad";
  return { content: format.make(documents), name: `${name}.${format.ending}`, type: format.type };
}

async function copy() {
  try {
    await navigator.clipboard.writeText(exported().content);
    tell("copied");
  } catch {
    tell("notCopied");
  }
}

function startExport() {
  $("format").append(...Object.keys(FORMATS).map((key) => make("option", { value: key, "data-t": key })));
  $("copy").addEventListener("click", copy);
  $("download").addEventListener("click", () => {
    const { name, type, content } = exported();
    save(name, type, content);
  });
}

startInput();
startRun();
startExport();
startText();
startFilters();
startCard();
startFindings();
startCompare();
startCorrect();
listen(["documents", "view", "language"], showDocuments);
$("language").addEventListener("click", () => {
  speak(lang() === "ar" ? "en" : "ar");
  $("language").lang = lang() === "ar" ? "en" : "ar";
  changed("language");
});
speak(remembered());
$("language").lang = lang() === "ar" ? "en" : "ar";
changed("language");
