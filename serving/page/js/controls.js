// What the forms of corrections are made of.

import { make } from "./dom.js";
import { correct } from "./history.js";
import { speakerOf } from "./links.js";
import { analysis } from "./state.js";
import { tell } from "./status.js";

/** Takes a new analysis on and says so. */
export function note(changed) {
  correct(changed);
  tell("saved");
}

export function button(id, label, click, kind = "") {
  return make("button", { type: "button", id, class: kind, click }, label);
}

export function select(id, values, nameOf, value, change) {
  return make(
    "select",
    { id, change },
    values.map((one) => make("option", { value: one, selected: one === value }, nameOf(one))),
  );
}

export function field(id, label, input) {
  return make("p", { class: "field" }, make("label", { for: id }, label), input);
}

export function nameInput(id, value, change) {
  const names = new Set([
    ...analysis().entities.map((entity) => entity.name),
    ...analysis().attributions.map(speakerOf),
  ]);
  const list = make(
    "datalist",
    { id: `${id}-known` },
    [...names].filter(Boolean).map((name) => make("option", { value: name })),
  );
  return [
    make("input", { id, value: value ?? "", lang: "ar", dir: "rtl", list: list.id, autocomplete: "off", change }),
    list,
  ];
}
