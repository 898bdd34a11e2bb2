// The form that changes an act of attribution.

import { button, field, nameInput, note, select } from "./controls.js";
import { arabic, make } from "./dom.js";
import * as edits from "./edits.js";
import { forceName, modeName, t } from "./i18n.js";
import { speakerOf } from "./links.js";
import { FORCES, MODES } from "./scheme.js";
import { analysis, current } from "./state.js";
import { choose } from "./text.js";

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
    field(
      "f-force",
      t("force"),
      select("f-force", Object.keys(FORCES), forceName, act.force, (event) => change({ force: event.target.value })),
    ),
    field(
      "f-mode",
      t("mode"),
      select("f-mode", Object.keys(MODES), modeName, act.mode, (event) => change({ mode: event.target.value })),
    ),
    make(
      "p",
      { class: "row" },
      t("source"),
      ": ",
      act.source ? arabic(`«${act.source.text}»`) : t("nobody"),
      " ",
      act.source && button("f-no-source", t("removeSource"), () => change({ source: null })),
    ),
    make(
      "div",
      {},
      t("contents"),
      ": ",
      act.contents.length === 0 && t("nobody"),
      make(
        "ul",
        { class: "parts" },
        act.contents.map((content, index) =>
          make(
            "li",
            {},
            arabic(content.text),
            " ",
            button(`f-no-content-${index}`, t("removeContent", { n: index + 1 }), () =>
              change({ contents: rest(index) }),
            ),
          ),
        ),
      ),
    ),
    button(
      "f-delete",
      t("removeAct"),
      () => {
        note(edits.withoutAct(text, found, act.id));
        choose(null);
      },
      "danger",
    ),
  ];
}
