// The forms that change an entity or an act.

import { arabic, make } from "./dom.js";
import * as edits from "./edits.js";
import { correct } from "./history.js";
import { forceName, labelName, modeName, polarityName, t } from "./i18n.js";
import { closest, speakerOf } from "./links.js";
import { ACTORS, FORCES, LABELS, MODES, NAMED } from "./scheme.js";
import { analysis, current } from "./state.js";
import { tell } from "./status.js";
import { choose } from "./text.js";

let everywhere = true;

/** Takes a new analysis on and says so. */
export function note(changed) {
  correct(changed);
  tell("saved");
}

export function button(id, label, click, kind = "") {
  return make("button", { type: "button", id, class: kind, click }, label);
}

export function select(id, values, nameOf, value, change) {
  return make("select", { id, change }, values.map((one) => make("option", { value: one, selected: one === value }, nameOf(one))));
}

function field(id, label, input) {
  return make("p", { class: "field" }, make("label", { for: id }, label), input);
}

function nameInput(id, value, change) {
  const names = new Set([...analysis().entities.map((entity) => entity.name), ...analysis().attributions.map(speakerOf)]);
  const list = make("datalist", { id: `${id}-known` }, [...names].filter(Boolean).map((name) => make("option", { value: name })));
  return [make("input", { id, value: value ?? "", lang: "ar", dir: "rtl", list: list.id, autocomplete: "off", change }), list];
}

/** The form of an entity. */
export function entityForm(entity) {
  const { text } = current();
  const found = analysis();
  const change = (what) => note(edits.changeEntity(text, found, entity.id, what));
  const rename = (event) => {
    const name = edits.nameOf(event.target.value);
    if (everywhere && entity.name && name) note(edits.renamed(text, found, entity.name, name));
    else change({ name });
  };
  const move = (id, label, edge, direction) => button(id, t(label), () => {
    const span = edits.stepped(text, entity, edge, direction);
    if (span) change(span);
  });
  return [
    make("h3", {}, arabic(`«${entity.text}»`)),
    field("f-label", t("label"), select("f-label", Object.keys(LABELS), labelName, entity.label, (event) => change({ label: event.target.value }))),
    NAMED.has(entity.label) && [
      field("f-name", t("name"), nameInput("f-name", entity.name, rename)),
      make("p", { class: "field check" },
        make("input", { type: "checkbox", id: "f-all", checked: everywhere, change: (event) => (everywhere = event.target.checked) }),
        make("label", { for: "f-all" }, t("rename"))),
    ],
    make("fieldset", {}, make("legend", {}, t("borders")), make("div", { class: "row" },
      move("f-start-out", "startOut", "start", -1), move("f-start-in", "startIn", "start", 1),
      move("f-end-in", "endIn", "end", -1), move("f-end-out", "endOut", "end", 1))),
    ACTORS.has(entity.label) && stanceForm(text, found, entity),
    button("f-delete", t("removeEntity"), () => {
      note(edits.withoutEntity(text, found, entity.id));
      choose(null);
    }, "danger"),
  ];
}

function stanceForm(text, found, entity) {
  const stance = found.stances.find(({ target }) => target === entity.id);
  const act = closest(text, found.attributions, entity)[0];
  const put = (polarity, evidence) => note(edits.withStance(text, found, entity.id, polarity, evidence));
  const choice = (polarity, name) => make("label", { class: "radio" },
    make("input", {
      type: "radio", name: "stance", id: `f-stance-${polarity ?? "none"}`, checked: (stance?.polarity ?? null) === polarity,
      change: () => put(polarity, stance?.evidence ?? null),
    }), ` ${name}`);
  return make("fieldset", {}, make("legend", {}, t("stance")),
    make("p", { class: "hint" }, t("heldBy", { holder: act ? speakerOf(act) ?? t("unnamed") : t("author") })),
    make("div", { class: "row" }, choice(null, t("neutral")), choice("favor", polarityName("favor")), choice("against", polarityName("against"))),
    stance?.evidence && make("p", { class: "row" }, t("evidence"), ": ", arabic(`«${stance.evidence.text}»`), " ",
      button("f-no-evidence", t("removeEvidence"), () => put(stance.polarity, null))));
}

/** The form of an act of attribution. */
export function actForm(act) {
  const { text } = current();
  const found = analysis();
  const change = (what) => note(edits.changeAct(text, found, act.id, what));
  const speak = (event) => {
    const name = edits.nameOf(event.target.value);
    change({ speaker: name && { name, entity: null } });
  };
  const rest = (index) => act.contents.filter((_, at) => at !== index);
  return [
    make("h3", {}, t("act", { n: found.attributions.indexOf(act) + 1 }), " ", arabic(`«${act.cue.text}»`)),
    field("f-speaker", t("speakerName"), nameInput("f-speaker", speakerOf(act), speak)),
    field("f-force", t("force"), select("f-force", Object.keys(FORCES), forceName, act.force, (event) => change({ force: event.target.value }))),
    field("f-mode", t("mode"), select("f-mode", Object.keys(MODES), modeName, act.mode, (event) => change({ mode: event.target.value }))),
    make("p", { class: "row" }, t("source"), ": ", act.source ? arabic(`«${act.source.text}»`) : t("nobody"), " ",
      act.source && button("f-no-source", t("removeSource"), () => change({ source: null }))),
    make("div", {}, t("contents"), ": ", act.contents.length === 0 && t("nobody"),
      make("ul", { class: "parts" }, act.contents.map((content, index) => make("li", {}, arabic(content.text), " ",
        button(`f-no-content-${index}`, t("removeContent", { n: index + 1 }), () => change({ contents: rest(index) })))))),
    button("f-delete", t("removeAct"), () => {
      note(edits.withoutAct(text, found, act.id));
      choose(null);
    }, "danger"),
  ];
}
