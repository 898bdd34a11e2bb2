// Correcting: the selection and what it becomes, the form of what is chosen, what is still wrong, the file.

import { actForm } from "./actform.js";
import { button, note, select } from "./controls.js";
import { $, arabic, make, refill } from "./dom.js";
import * as edits from "./edits.js";
import { entityForm } from "./entityform.js";
import { jsonl, save } from "./exports.js";
import { redo, undo } from "./history.js";
import { labelName, t } from "./i18n.js";
import { faults } from "./rules.js";
import { LABELS } from "./scheme.js";
import { analysis, changed, current, listen, state } from "./state.js";
import { tell } from "./status.js";
import { choose, goTo, offsetAt } from "./text.js";

let label = "ARMED";

const chosenEntity = () => analysis().entities.find(({ id }) => `e:${id}` === state.chosen);
const chosenAct = () => analysis().attributions.find(({ id }) => `a:${id}` === state.chosen);

/** Calls `use` with the one span that is selected, unless it runs over lines or holds no words. */
function withSpan(use) {
  const spans = edits.lines(current().text, state.selection);
  if (spans.length === 1) use(spans[0]);
  else tell(spans.length ? "faultLines" : "faultEmpty");
}

function add(made) {
  const [found, id] = made;
  note(found);
  choose(id);
}

function choices() {
  const { text } = current();
  const found = analysis();
  const entity = chosenEntity();
  const act = chosenAct();
  const one = (id, key, use) => button(id, t(key), () => withSpan(use));
  const change = (what) => note(edits.changeAct(text, found, act.id, what));
  const stance = entity && found.stances.find(({ target }) => target === entity.id);
  return [
    make(
      "div",
      { class: "row" },
      select("s-label", Object.keys(LABELS), labelName, label, (event) => (label = event.target.value)),
      one("s-entity", "addEntity", (span) => {
        const [made, id] = edits.withEntity(text, found, span, label);
        add([made, `e:${id}`]);
      }),
    ),
    make(
      "div",
      { class: "row" },
      entity && one("s-borders", "asBorders", (span) => note(edits.changeEntity(text, found, entity.id, span))),
      stance &&
        one("s-evidence", "asEvidence", (span) =>
          note(edits.withStance(text, found, entity.id, stance.polarity, span)),
        ),
      act && [
        one("s-source", "asSource", (source) => change({ source })),
        one("s-cue", "asCue", (cue) => change({ cue })),
        button("s-content", t("asContent"), () => {
          const contents = [...act.contents, ...edits.lines(text, state.selection)];
          change({ contents: contents.sort((a, b) => a.start - b.start) });
        }),
      ],
      one("s-act", "addAct", (cue) => {
        const [made, id] = edits.withAct(text, found, cue);
        add([made, `a:${id}`]);
      }),
    ),
  ];
}

function showSelected() {
  const words = state.selection && current().text.slice(state.selection.start, state.selection.end);
  refill(
    $("selected"),
    make("p", {}, make("strong", {}, t("selected")), ": ", words ? arabic(`«${words}»`) : t("nothingSelected")),
    words && [make("label", { for: "s-label", class: "visually-hidden" }, t("label")), choices()],
  );
}

function showForm() {
  const entity = chosenEntity();
  const act = chosenAct();
  refill($("form"), entity ? entityForm(entity) : act ? actForm(act) : []);
}

const corrected = () =>
  state.documents.filter((document) => document.analysis && (document.touched || document === current()));

function showFaults(documents) {
  const found = documents.flatMap((document) =>
    faults(document.text, document.analysis).map((fault) => ({ ...fault, document })),
  );
  $("faults").replaceChildren(
    ...(found.length === 0
      ? []
      : [
          make("h3", {}, t("faults")),
          make(
            "ul",
            {},
            found.map((fault) => {
              const go = () => {
                if (fault.document !== current()) {
                  state.at = state.documents.indexOf(fault.document);
                  changed("documents");
                }
                choose(fault.to);
                goTo(fault.to);
              };
              return make(
                "li",
                {},
                fault.document !== current() && [t("inText", { title: fault.document.id }), ": "],
                make("button", { type: "button", class: "quiet", click: go }, t(fault.key, fault)),
              );
            }),
          ),
        ]),
  );
  return found.length;
}

function download() {
  const documents = corrected();
  if (showFaults(documents) > 0) {
    tell("notDownloaded");
    return;
  }
  save("isnad-corrections.jsonl", "application/jsonl", jsonl(documents));
  for (const document of documents) document.unsaved = false;
  tell("downloaded");
}

function follow() {
  const selection = getSelection();
  if (!state.correcting || !selection.rangeCount || !$("text").contains(selection.anchorNode)) return;
  const range = selection.getRangeAt(0);
  const start = offsetAt(range.startContainer, range.startOffset);
  const end = offsetAt(range.endContainer, range.endOffset);
  const marked = start !== null && end !== null && start < end;
  if (!marked && !state.selection) return;
  state.selection = marked ? { start, end } : null;
  changed("selection");
}

/** Enter takes the keyboard from the text to what can be done with the selection, or with the mark at the caret. */
function enter(event) {
  if (!state.correcting || event.key !== "Enter") return;
  event.preventDefault();
  // The browser tells of a changed selection later than of the key that follows.
  follow();
  if (state.selection) {
    $("s-label").focus();
    return;
  }
  const node = getSelection().anchorNode;
  const mark = (node?.nodeType === Node.TEXT_NODE ? node.parentElement : node)?.closest?.("#text .mark");
  if (!mark) return;
  choose(mark.dataset.key);
  $("form").querySelector("select, input")?.focus();
}

function show() {
  const on = state.correcting && state.view === "read" && analysis() !== null;
  const text = $("text");
  $("corrector").hidden = !on;
  $("card").hidden = on;
  $("correct").setAttribute("aria-pressed", String(state.correcting));
  $("correct").textContent = t(state.correcting ? "stopCorrecting" : "correct");
  // An editable text has a caret and a selection that the keyboard moves, in every browser; what would change it is refused.
  text.contentEditable = String(on);
  text.setAttribute("role", on ? "textbox" : "group");
  text.setAttribute("aria-label", t(on ? "textEditable" : "text"));
  for (const name of ["aria-multiline", "aria-readonly"]) {
    if (on) text.setAttribute(name, "true");
    else text.removeAttribute(name);
  }
  if (!on) return;
  showSelected();
  showForm();
  showFaults([current()]);
  $("undo").disabled = current().past.length === 0;
  $("redo").disabled = current().future.length === 0;
  $("download-corrected").textContent = t("downloadCorrected", { n: corrected().length });
}

/** Sets the corrections up. */
export function startCorrect() {
  const text = $("text");
  $("correct").addEventListener("click", () => {
    state.correcting = !state.correcting;
    state.selection = null;
    changed("analysis");
  });
  $("undo").addEventListener("click", () => undo() && tell("undone"));
  $("redo").addEventListener("click", () => redo() && tell("redone"));
  $("download-corrected").addEventListener("click", download);
  text.addEventListener("beforeinput", (event) => event.preventDefault());
  // Input methods cannot be refused beforehand.
  text.addEventListener("input", () => changed("analysis"));
  text.addEventListener("keydown", enter);
  document.addEventListener("selectionchange", follow);
  addEventListener("beforeunload", (event) => {
    if (state.documents.some((document) => document.unsaved)) event.preventDefault();
  });
  listen(["documents", "view", "analysis", "chosen", "language"], show);
  listen(["selection"], showSelected);
}
