// What several lists and tables are made of.

import { make } from "./dom.js";
import { t } from "./i18n.js";
import { choose, goTo } from "./text.js";

/** A button that shows what has the key in the text. */
export function pointer(key, label, name) {
  const show = () => {
    choose(key);
    goTo(key);
  };
  return make(
    "button",
    { type: "button", class: "pointer", "data-focus": `to ${key}`, "aria-label": name, click: show },
    label,
  );
}

export const nothing = (key) => make("p", { class: "hint" }, t(key));

/** A table with its headings; `label` names it. */
export function table(label, headings, rows) {
  return make(
    "div",
    { class: "scroller", role: "region", tabindex: 0, "aria-label": label },
    make(
      "table",
      {},
      make(
        "thead",
        {},
        make(
          "tr",
          {},
          headings.map((heading) => make("th", { scope: "col" }, heading)),
        ),
      ),
      make("tbody", {}, rows),
    ),
  );
}
