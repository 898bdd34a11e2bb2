// The form that changes an entity, and the stance towards it.

import { button, field, nameInput, note, select } from "./controls.js";
import { arabic, make } from "./dom.js";
import * as edits from "./edits.js";
import { labelName, polarityName, t } from "./i18n.js";
import { closest, speakerOf } from "./links.js";
import { ACTORS, LABELS, NAMED } from "./scheme.js";
import { analysis, current } from "./state.js";
import { choose } from "./text.js";

let everywhere = true;

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
  const move = (id, label, edge, direction) =>
    button(id, t(label), () => {
      const span = edits.stepped(text, entity, edge, direction);
      if (span) change(span);
    });
  return [
    make("h3", {}, arabic(`«${entity.text}»`)),
    field(
      "f-label",
      t("label"),
      select("f-label", Object.keys(LABELS), labelName, entity.label, (event) => change({ label: event.target.value })),
    ),
    NAMED.has(entity.label) && [
      field("f-name", t("name"), nameInput("f-name", entity.name, rename)),
      make(
        "p",
        { class: "field check" },
        make("input", {
          type: "checkbox",
          id: "f-all",
          checked: everywhere,
          change: (event) => (everywhere = event.target.checked),
        }),
        make("label", { for: "f-all" }, t("rename")),
      ),
    ],
    make(
      "fieldset",
      {},
      make("legend", {}, t("borders")),
      make(
        "div",
        { class: "row" },
        move("f-start-out", "startOut", "start", -1),
        move("f-start-in", "startIn", "start", 1),
        move("f-end-in", "endIn", "end", -1),
        move("f-end-out", "endOut", "end", 1),
      ),
    ),
    ACTORS.has(entity.label) && stanceForm(text, found, entity),
    button(
      "f-delete",
      t("removeEntity"),
      () => {
        note(edits.withoutEntity(text, found, entity.id));
        choose(null);
      },
      "danger",
    ),
  ];
}

function stanceForm(text, found, entity) {
  const stance = found.stances.find(({ target }) => target === entity.id);
  const act = closest(text, found.attributions, entity)[0];
  const put = (polarity, evidence) => note(edits.withStance(text, found, entity.id, polarity, evidence));
  const choice = (polarity, name) =>
    make(
      "label",
      { class: "radio" },
      make("input", {
        type: "radio",
        name: "stance",
        id: `f-stance-${polarity ?? "none"}`,
        checked: (stance?.polarity ?? null) === polarity,
        change: () => put(polarity, stance?.evidence ?? null),
      }),
      ` ${name}`,
    );
  return make(
    "fieldset",
    {},
    make("legend", {}, t("stance")),
    make("p", { class: "hint" }, t("heldBy", { holder: act ? (speakerOf(act) ?? t("unnamed")) : t("author") })),
    make(
      "div",
      { class: "row" },
      choice(null, t("neutral")),
      choice("favor", polarityName("favor")),
      choice("against", polarityName("against")),
    ),
    stance?.evidence &&
      make(
        "p",
        { class: "row" },
        t("evidence"),
        ": ",
        arabic(`«${stance.evidence.text}»`),
        " ",
        button("f-no-evidence", t("removeEvidence"), () => put(stance.polarity, null)),
      ),
  );
}
