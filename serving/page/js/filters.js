// The filters: which findings are shown, and the controls that say so.

import { $, make } from "./dom.js";
import { labelName, percent, t } from "./i18n.js";
import { closest, holderOf, holds, speakerOf } from "./links.js";
import { AUTHOR, LABELS } from "./scheme.js";
import { analysis, changed, current, listen, none, state } from "./state.js";

/** What of the analysis passes the filters: sets of entities, acts and stances. */
export function visible(text, analysis, { hidden, holder, actor, score }) {
  const byId = new Map(analysis.entities.map((entity) => [entity.id, entity]));
  const named = (span) => analysis.entities.some((entity) => entity.name === actor && holds(span, entity));
  const inWords = (entity) => {
    const act = closest(text, analysis.attributions, entity)[0];
    return (act ? speakerOf(act) : AUTHOR) === holder || entity.name === holder;
  };
  return {
    entities: new Set(
      analysis.entities.filter(
        (entity) =>
          !hidden.has(entity.label) &&
          entity.score >= score &&
          (!actor || entity.name === actor) &&
          (!holder || inWords(entity)),
      ),
    ),
    acts: new Set(
      analysis.attributions.filter(
        (act) =>
          act.score >= score &&
          (!holder || speakerOf(act) === holder) &&
          (!actor || speakerOf(act) === actor || act.contents.some(named)),
      ),
    ),
    stances: new Set(
      analysis.stances.filter((stance) => {
        const target = byId.get(stance.target);
        return (
          stance.score >= score &&
          !hidden.has(target.label) &&
          (!actor || target.name === actor) &&
          (!holder || holderOf(analysis, stance) === holder)
        );
      }),
    ),
  };
}

let kept = { analysis: null, filters: null, shown: null };

/** What of the analysis on view passes the filters. */
export function shown() {
  if (kept.analysis !== analysis() || kept.filters !== state.filters) {
    kept = { analysis: analysis(), filters: state.filters, shown: visible(current().text, analysis(), state.filters) };
  }
  return kept.shown;
}

function set(change) {
  state.filters = { ...state.filters, ...change };
  changed("filters");
}

function chip(label, count) {
  const on = !state.filters.hidden.has(label);
  const toggle = () => {
    const hidden = new Set(state.filters.hidden);
    if (!hidden.delete(label)) hidden.add(label);
    set({ hidden });
    $("labels").querySelector(`[data-chip="${label}"]`).focus();
  };
  return make(
    "button",
    { type: "button", class: `chip l-${label}`, "data-chip": label, "aria-pressed": String(on), click: toggle },
    make("span", { class: "swatch entity" }, labelName(label)),
    make("span", { class: "count" }, count),
  );
}

function options(select, first, names, value) {
  select.replaceChildren(
    make("option", { value: "" }, first),
    ...names.map(([key, name, lang]) => make("option", { value: key, selected: key === value, lang }, name)),
  );
}

function names(values) {
  return [...new Set(values.filter(Boolean))]
    .sort((one, other) => one.localeCompare(other, "ar"))
    .map((name) => [name, name, "ar"]);
}

function show() {
  const found = analysis();
  $("filters").hidden = !found || state.view !== "read";
  if (!found) return;
  const { holder, actor, score } = state.filters;
  const counts = Object.keys(LABELS).map((label) => [
    label,
    found.entities.filter((entity) => entity.label === label).length,
  ]);
  $("labels").replaceChildren(...counts.filter(([, count]) => count).map(([label, count]) => chip(label, count)));
  options($("holder"), t("everyone"), [[AUTHOR, t("author")], ...names(found.attributions.map(speakerOf))], holder);
  options($("actor"), t("anyActor"), names(found.entities.map((entity) => entity.name)), actor);
  $("least").value = score;
  $("least-value").textContent = percent(score);
  const { entities, acts } = shown();
  $("shown").textContent = t("shown", {
    shown: entities.size,
    all: found.entities.length,
    acts: acts.size,
    allActs: found.attributions.length,
  });
}

/** Sets the controls up. */
export function startFilters() {
  $("holder").addEventListener("change", (event) => set({ holder: event.target.value }));
  $("actor").addEventListener("change", (event) => set({ actor: event.target.value }));
  $("least").addEventListener("input", (event) => set({ score: Number(event.target.value) }));
  $("clear").addEventListener("click", () => set(none()));
  listen(["documents", "view", "analysis", "filters", "language"], show);
}
