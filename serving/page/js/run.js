// A run: the texts are sent one after the other; what cannot be analysed says why.

import { analyze, Refusal } from "./client.js";
import { $, make } from "./dom.js";
import { t } from "./i18n.js";
import { texts } from "./input.js";
import { changed, listen, none, state } from "./state.js";
import { tell } from "./status.js";

let running = null;

function received(document, answer) {
  const { text_sha256: sha256, windows, model, entities, attributions, stances } = answer;
  return { ...document, sha256, windows, model, analysis: { entities, attributions, stances }, past: [], future: [] };
}

async function one(document, signal) {
  try {
    return received(
      document,
      await analyze(document.id, document.text, $("key").value.trim(), signal, (seconds) => tell("busy", { seconds })),
    );
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { ...document, error };
  }
}

async function all(documents, signal) {
  const done = [];
  for (const [index, document] of documents.entries()) {
    tell("working", { n: index + 1, of: documents.length });
    done.push(await one(document, signal));
    // What keeps one text from being analysed for want of a key or a network keeps the others too.
    if (["error401", "errorNetwork"].includes(done.at(-1).error?.key)) break;
  }
  return done;
}

async function start() {
  const documents = texts();
  if (documents.length === 0) {
    tell("nothing");
    $("boxes").querySelector("textarea").focus();
    return;
  }
  running = new AbortController();
  busy(true);
  try {
    finish(await all(documents, running.signal));
  } catch (error) {
    if (error.name !== "AbortError") throw error;
    tell("stopped");
  } finally {
    running = null;
    busy(false);
  }
}

function busy(on) {
  $("analyse").disabled = on;
  $("stop").hidden = !on;
  document.body.setAttribute("aria-busy", String(on));
}

function finish(documents) {
  const analysed = documents.filter((document) => document.analysis);
  Object.assign(state, { documents, view: "read", correcting: false, chosen: null, selection: null, filters: none() });
  state.at = Math.max(
    0,
    documents.findIndex((document) => document.analysis),
  );
  changed("documents", "view", "analysis", "filters");
  if (documents.some(({ error }) => error?.status === 401)) {
    $("key-line").hidden = false;
    $("key").focus();
  }
  tell(analysed.length > 0 ? "done" : null, { n: analysed.length });
  if (analysed.length === 0) return;
  $("texts").open = analysed.length < documents.length;
  $("results-title").focus();
}

function showErrors() {
  const failed = state.documents.filter((document) => document.error);
  $("errors").replaceChildren(
    ...failed.map(({ id, error }) =>
      make(
        "div",
        { class: "error" },
        make("p", {}, make("strong", {}, t("errorTitle", { title: id })), " ", t(error.key)),
        error.detail &&
          make("details", {}, make("summary", {}, t("details")), make("p", { lang: "en", dir: "ltr" }, error.detail)),
      ),
    ),
    (failed.length > 0 && make("p", {}, make("button", { type: "button", click: start }, t("retry")))) || "",
  );
}

/** Sets the run up. */
export function startRun() {
  $("form-input").addEventListener("submit", (event) => {
    event.preventDefault();
    if (!running) start();
  });
  $("stop").addEventListener("click", () => running?.abort());
  listen(["documents", "language"], showErrors);
}
