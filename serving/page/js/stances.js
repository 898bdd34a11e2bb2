// Who is for or against whom: arrows from holder to actor, and the same as a list.

import { called, stanceLine } from "./card.js";
import { arabic, draw, make, refill } from "./dom.js";
import { shown } from "./filters.js";
import { polarityName, t } from "./i18n.js";
import { holderOf } from "./links.js";
import { nothing, pointer } from "./parts.js";
import { AUTHOR } from "./scheme.js";

/** Stances of one holder, target and polarity together: {holder, target, polarity, count}. */
function arrowsOf(found, stances) {
  const arrows = new Map();
  for (const stance of stances) {
    const holder = holderOf(found, stance) ?? "";
    const entity = found.entities.find((one) => one.id === stance.target);
    const target = entity.name ?? entity.text;
    const key = JSON.stringify([holder, target, stance.polarity]);
    const arrow = arrows.get(key) ?? { holder, target, polarity: stance.polarity, count: 0 };
    arrows.set(key, { ...arrow, count: arrow.count + 1 });
  }
  return [...arrows.values()];
}

function diagram(arrows) {
  const holders = [...new Set(arrows.map((arrow) => arrow.holder))];
  const targets = [...new Set(arrows.map((arrow) => arrow.target))];
  const node = (name, kind) => make("span", { class: `node ${kind}`, "data-name": name }, called(name));
  const said = arrows.map(
    (arrow) =>
      `${arrow.holder === AUTHOR ? t("author") : arrow.holder || t("unnamed")} ${polarityName(arrow.polarity)} ${arrow.target} ×${arrow.count}`,
  );
  const made = make(
    "div",
    { class: "diagram", role: "img", "aria-label": `${t("diagram")}: ${said.join("، ")}` },
    ["holders", "targets"].map((key) => make("span", { class: "side-title" }, t(key))),
    make(
      "div",
      { class: "side" },
      holders.map((name) => node(name, "holder")),
    ),
    make(
      "div",
      { class: "side" },
      targets.map((name) => node(name, "target")),
    ),
  );
  // Lines can be drawn only where the boxes have come to stand.
  new ResizeObserver(() => connect(made, arrows)).observe(made);
  return made;
}

function connect(made, arrows) {
  const box = made.getBoundingClientRect();
  if (!box.width) return;
  const find = (kind, name) =>
    [...made.querySelectorAll(`.${kind}`)].find((one) => one.dataset.name === name).getBoundingClientRect();
  const toLeft = document.documentElement.dir === "rtl";
  const lines = arrows.flatMap((arrow) => {
    const from = find("holder", arrow.holder);
    const to = find("target", arrow.target);
    const x1 = (toLeft ? from.left : from.right) - box.left;
    const x2 = (toLeft ? to.right + 3 : to.left - 3) - box.left;
    const shift = arrow.polarity === "favor" ? 5 : 0;
    const y1 = from.top + from.height / 2 - box.top + shift;
    const y2 = to.top + to.height / 2 - box.top + shift;
    const middle = (x1 + x2) / 2;
    const head = toLeft ? 8 : -8;
    return [
      draw("path", {
        class: arrow.polarity,
        d: `M${x1} ${y1} C${middle} ${y1} ${middle} ${y2} ${x2 + head} ${y2}`,
        "stroke-width": Math.min(1 + arrow.count, 5),
      }),
      draw("path", { class: `head ${arrow.polarity}`, d: `M${x2} ${y2} l${head} -5 l0 10 z` }),
    ];
  });
  made.querySelector("svg")?.remove();
  made.prepend(draw("svg", { "aria-hidden": "true" }, lines));
}

/** Fills the panel. */
export function showStances(panel, found) {
  const stances = found.stances.filter((stance) => shown().stances.has(stance));
  if (stances.length === 0) {
    refill(panel, nothing("noStances"));
    return;
  }
  const entity = (stance) => found.entities.find((one) => one.id === stance.target);
  refill(
    panel,
    diagram(arrowsOf(found, stances)),
    make(
      "p",
      { class: "keys" },
      ["against", "favor"].map((side) => make("span", { class: `line ${side}` }, polarityName(side))),
    ),
    make(
      "ul",
      { class: "stance-list" },
      stances.map((stance) =>
        make("li", {}, pointer(`e:${stance.target}`, arabic(entity(stance).text)), " ", stanceLine(found, stance)),
      ),
    ),
  );
}
