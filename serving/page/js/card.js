// The explanation of what is pointed at, has the focus or was chosen.

import { $, arabic, make } from "./dom.js";
import { forceName, labelName, modeName, percent, polarityName, t } from "./i18n.js";
import { chainOf, closest, holderOf, holds, speakerOf } from "./links.js";
import { AUTHOR } from "./scheme.js";
import { analysis, current, listen, state } from "./state.js";
import { choose, highlight } from "./text.js";

/** A holder or speaker as words. */
export const called = (name) => (name === AUTHOR ? t("author") : name ? arabic(name) : t("unnamed"));

/** The chain of transmission as a line: the outermost speaker first. */
export function chainLine(found, act) {
  const links = chainOf(found, act);
  return make(
    "span",
    { class: "chain-line" },
    links.map((one, index) => [
      index > 0 && make("span", { class: "arrow", "aria-hidden": "true" }, " ← "),
      make("span", { class: "link" }, called(speakerOf(one) ?? one.source?.text)),
    ]),
  );
}

export function scoreBar(score) {
  const bar = make("span", { class: "bar", "aria-hidden": "true" }, make("span", {}));
  bar.firstChild.style.inlineSize = percent(score);
  return make("span", { class: "score" }, bar, percent(score));
}

function rows(pairs) {
  return make(
    "dl",
    {},
    pairs
      .filter(([, value]) => value)
      .map(([term, value]) => make("div", {}, make("dt", {}, term), make("dd", {}, value))),
  );
}

export function stanceLine(found, stance) {
  return make(
    "span",
    {},
    called(holderOf(found, stance)),
    ": ",
    make("b", { class: stance.polarity }, polarityName(stance.polarity)),
    stance.evidence && [" ", arabic(`«${stance.evidence.text}»`)],
    " · ",
    // After Arabic letters the sign would change sides.
    make("bdi", { dir: "ltr" }, percent(stance.score)),
  );
}

function entityCard(text, found, entity) {
  const around = found.entities.filter((other) => other !== entity && holds(other, entity));
  const act = closest(text, found.attributions, entity)[0];
  const stances = found.stances.filter((stance) => stance.target === entity.id);
  return [
    make(
      "p",
      { class: "card-title" },
      make("span", { class: `tag l-${entity.label}` }, labelName(entity.label)),
      " ",
      arabic(entity.text, "strong"),
      " ",
      make("code", { dir: "ltr" }, entity.label),
    ),
    rows([
      [t("name"), entity.name && entity.name !== entity.text && arabic(entity.name)],
      [t("score"), scoreBar(entity.score)],
      [t("inside"), around.length > 0 && around.map((other) => [arabic(other.text), ` (${labelName(other.label)}) `])],
      [t("inWordsOf"), act && chainLine(found, act)],
      [t("stanceOn"), stances.length > 0 && stances.map((stance) => stanceLine(found, stance))],
    ]),
  ];
}

function actCard(found, act) {
  const n = found.attributions.indexOf(act) + 1;
  return [
    make(
      "p",
      { class: "card-title" },
      make("span", { class: "tag act-tag" }, t("act", { n })),
      " ",
      make("strong", {}, called(speakerOf(act))),
      " ",
      arabic(`«${act.cue.text}»`),
    ),
    rows([
      [t("force"), forceName(act.force)],
      [t("mode"), modeName(act.mode)],
      [t("source"), act.source && arabic(act.source.text)],
      [t("chain"), act.parent && chainLine(found, act)],
      [t("score"), scoreBar(act.score)],
    ]),
  ];
}

function explanation(key) {
  const found = analysis();
  const id = key.slice(2);
  if (key.startsWith("e:")) {
    const entity = found.entities.find((one) => one.id === id);
    return entity && entityCard(current().text, found, entity);
  }
  const act = found.attributions.find((one) => one.id === id);
  return act && actCard(found, act);
}

function show(key) {
  const content = key && analysis() ? explanation(key) : null;
  $("card").classList.toggle("empty", !content);
  $("card-body").replaceChildren(...(content ?? [make("p", { class: "hint" }, t("explainHint"))]));
  // Where only the pointer or the focus is on a mark, the explanation goes as they go: a button in it would take the focus along.
  $("card-close").hidden = !content || !state.chosen;
}

/** Sets the explanation up. */
export function startCard() {
  const point = (event) => {
    const element = event.target.closest?.(".mark:not(.off)");
    const key = element?.dataset.key ?? state.chosen;
    show(key);
    highlight(key);
  };
  $("text").addEventListener("mouseover", point);
  $("text").addEventListener("focusin", point);
  $("text").addEventListener("mouseleave", () => {
    const focused = document.activeElement.closest?.("#text .mark");
    const key = focused?.dataset.key ?? state.chosen;
    show(key);
    highlight(key);
  });
  $("text").addEventListener("focusout", () => show(state.chosen));
  $("card-close").addEventListener("click", () => choose(null));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && state.chosen) choose(null);
  });
  listen(["documents", "view", "analysis", "chosen", "language"], () => show(state.chosen));
}
