// What was found, in lists and tables: who said what, actors, entities.

import { called, chainLine, scoreBar } from "./card.js";
import { $, arabic, make, refill } from "./dom.js";
import { shown } from "./filters.js";
import { forceName, labelName, polarityName, t } from "./i18n.js";
import { actorsOf, speakerOf } from "./links.js";
import { nothing, pointer, table } from "./parts.js";
import { showStances } from "./stances.js";
import { analysis, current, listen, state } from "./state.js";

function actItem(found, act, visible, children) {
  const n = found.attributions.indexOf(act) + 1;
  const inside = children.get(act.id) ?? [];
  const stances = found.stances.filter((stance) => stance.holder === act.id);
  return make(
    "li",
    { "data-key": `a:${act.id}` },
    visible.has(act) &&
      make(
        "div",
        { class: "act" },
        make(
          "p",
          { class: "who" },
          pointer(`a:${act.id}`, n, t("showAct", { n })),
          " ",
          make("strong", {}, called(speakerOf(act) ?? act.source?.text)),
          " ",
          make("span", { class: `force f-${act.force}` }, forceName(act.force)),
          " ",
          arabic(`«${act.cue.text}»`, "bdi", { class: "cue-word" }),
        ),
        act.parent &&
          make(
            "p",
            { class: "chain" },
            make("span", { class: "visually-hidden" }, `${t("chain")}: `),
            chainLine(found, act),
          ),
        make("blockquote", { lang: "ar", dir: "rtl" }, act.contents.map((content) => content.text).join(" … ")),
        stances.length > 0 &&
          make(
            "ul",
            { class: "held" },
            stances.map((stance) =>
              make(
                "li",
                {},
                make("b", { class: stance.polarity }, polarityName(stance.polarity)),
                " ",
                arabic(found.entities.find((entity) => entity.id === stance.target).text),
                stance.evidence && [" ", arabic(`«${stance.evidence.text}»`)],
              ),
            ),
          ),
      ),
    inside.length > 0 &&
      make(
        "ol",
        { class: "passed", "aria-label": t("via") },
        inside.map((child) => actItem(found, child, visible, children)),
      ),
  );
}

function showQuotes(panel, found) {
  const visible = shown().acts;
  const ids = new Set(found.attributions.map((act) => act.id));
  const children = new Map();
  for (const act of found.attributions) {
    const parent = ids.has(act.parent) ? act.parent : null;
    children.set(parent, [...(children.get(parent) ?? []), act]);
  }
  refill(
    panel,
    visible.size === 0
      ? nothing("noActs")
      : make(
          "ol",
          { class: "acts" },
          (children.get(null) ?? []).map((act) => actItem(found, act, visible, children)),
        ),
  );
}

function showActors(panel, found) {
  const visible = new Set([...shown().entities].map((entity) => entity.id));
  const actors = actorsOf(current().text, found).filter((actor) => actor.mentions.some((id) => visible.has(id)));
  const sum = (actor, side) => actor.stances.reduce((total, tally) => total + tally[side], 0) || "–";
  const rows = actors.map((actor) =>
    make(
      "tr",
      {},
      make(
        "th",
        { scope: "row" },
        pointer(`e:${actor.mentions[0]}`, arabic(actor.name)),
        " ",
        make("span", { class: `tag l-${actor.label}` }, labelName(actor.label)),
      ),
      make("td", {}, actor.mentions.length),
      make("td", {}, actor.said || "–"),
      make("td", { class: "favor" }, sum(actor, "favor")),
      make("td", { class: "against" }, sum(actor, "against")),
    ),
  );
  const headings = ["columnName", "columnMentions", "columnSaid", "columnFavor", "columnAgainst"].map((key) => t(key));
  refill(panel, rows.length ? table(t("actors"), headings, rows) : nothing("noActors"));
}

function showEntities(panel, found) {
  const visible = shown().entities;
  const rows = found.entities
    .filter((entity) => visible.has(entity))
    .map((entity) =>
      make(
        "tr",
        {},
        make("th", { scope: "row" }, pointer(`e:${entity.id}`, arabic(entity.text))),
        make("td", {}, make("span", { class: `tag l-${entity.label}` }, labelName(entity.label))),
        make("td", {}, entity.name && entity.name !== entity.text ? arabic(entity.name) : ""),
        make("td", {}, scoreBar(entity.score)),
      ),
    );
  const headings = ["columnText", "columnLabel", "name", "columnScore"].map((key) => t(key));
  refill(panel, rows.length ? table(t("entities"), headings, rows) : nothing("noEntities"));
}

const PANELS = { quotes: showQuotes, stances: showStances, actors: showActors, entities: showEntities };

function show() {
  const found = analysis();
  if (!found || state.view !== "read") return;
  for (const [name, fill] of Object.entries(PANELS)) {
    const chosen = name === state.tab;
    const tab = $(`tab-${name}`);
    tab.setAttribute("aria-selected", String(chosen));
    tab.tabIndex = chosen ? 0 : -1;
    $(`panel-${name}`).hidden = !chosen;
    if (chosen) fill($(`panel-${name}`), found);
  }
  pick();
}

function pick() {
  for (const item of $("findings").querySelectorAll("[data-key]")) {
    item.firstElementChild?.classList.toggle("on", item.dataset.key === state.chosen);
  }
}

function turn(name) {
  state.tab = name;
  show();
  $(`tab-${name}`).focus();
}

/** Sets the tabs up. */
export function startFindings() {
  const names = Object.keys(PANELS);
  for (const [index, name] of names.entries()) {
    $(`tab-${name}`).addEventListener("click", () => turn(name));
    $(`tab-${name}`).addEventListener("keydown", (event) => {
      const ahead = document.documentElement.dir === "rtl" ? "ArrowLeft" : "ArrowRight";
      const back = document.documentElement.dir === "rtl" ? "ArrowRight" : "ArrowLeft";
      const to = { [ahead]: index + 1, [back]: index - 1, Home: 0, End: names.length - 1 }[event.key];
      if (to === undefined) return;
      event.preventDefault();
      turn(names[(to + names.length) % names.length]);
    });
  }
  listen(["documents", "view", "analysis", "filters", "language"], show);
  listen(["chosen"], pick);
}
