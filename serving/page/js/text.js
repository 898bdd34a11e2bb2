// The text with its findings marked in it: going from mark to mark, choosing, filtering, highlighting.

import { $ } from "./dom.js";
import { shown } from "./filters.js";
import { t } from "./i18n.js";
import { paragraphs } from "./marks.js";
import { analysis, changed, current, listen, state } from "./state.js";

/** The offset in the text, in UTF-16, of a place in the document; null outside of the text. */
export function offsetAt(node, offset) {
  const element = node.nodeType === Node.TEXT_NODE ? node.parentElement : node;
  const paragraph = element.closest?.("#text p");
  if (!paragraph) return null;
  const before = document.createRange();
  before.setStart(paragraph, 0);
  before.setEnd(node, offset);
  return Number(paragraph.dataset.start) + before.toString().length;
}

/** The elements that show a key, in order. */
export function marksOf(key) {
  return [...$("text").querySelectorAll(".mark")].filter(
    (element) => element.dataset.key === key && element.dataset.kind !== "evidence",
  );
}

/** Brings what has the key into view and to the keyboard. */
export function goTo(key) {
  const kind = key.startsWith("a:") ? "cue" : "entity";
  const target = marksOf(key).find((element) => element.dataset.kind === kind);
  if (!target) return;
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  target.scrollIntoView({ block: "center", behavior: still ? "auto" : "smooth" });
  if (!state.correcting) focus(target);
}

function stops() {
  return [...$("text").querySelectorAll(".mark.first[tabindex]:not(.off)")];
}

function focus(target) {
  for (const stop of $("text").querySelectorAll('[tabindex="0"]')) stop.tabIndex = -1;
  target.tabIndex = 0;
  target.focus({ preventScroll: true });
}

// The text runs from right to left whatever the interface does.
const STEPS = { ArrowLeft: 1, ArrowDown: 1, ArrowRight: -1, ArrowUp: -1, Home: -Infinity, End: Infinity };

function walk(event) {
  if (state.correcting || event.altKey || event.ctrlKey || event.metaKey) return;
  const focused = event.target.closest(".mark");
  if (event.key in STEPS && focused) {
    const all = stops();
    const next = Math.min(Math.max(all.indexOf(focused) + STEPS[event.key], 0), all.length - 1);
    event.preventDefault();
    focus(all[next]);
    all[next].scrollIntoView({ block: "nearest" });
  } else if (event.key === "Enter" && focused) {
    choose(focused.dataset.key);
  }
}

/** Pins the explanation of a key, or none. */
export function choose(key) {
  state.chosen = key;
  changed("chosen");
}

function fit() {
  const visible = shown();
  const keys = new Set([
    ...[...visible.entities].map((entity) => `e:${entity.id}`),
    ...[...visible.acts].map((act) => `a:${act.id}`),
  ]);
  const evidence = new Set([...visible.stances].map((stance) => `e:${stance.target}`));
  for (const element of $("text").querySelectorAll(".mark")) {
    const set = element.dataset.kind === "evidence" ? evidence : keys;
    element.classList.toggle("off", !set.has(element.dataset.key));
  }
  if (!state.correcting && !$("text").querySelector('[tabindex="0"]:not(.off)')) {
    const first = stops()[0];
    if (first) first.tabIndex = 0;
  }
}

/** Marks what belongs to a key: the parts of an act, an entity with its evidence. */
export function highlight(key) {
  for (const element of $("text").querySelectorAll(".mark.on")) element.classList.remove("on");
  if (!key) return;
  for (const element of $("text").querySelectorAll(".mark")) {
    if (element.dataset.key === key) element.classList.add("on");
  }
}

function render() {
  const found = analysis();
  if (!found || state.view !== "read") return;
  const text = $("text");
  const focused = text.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  text.replaceChildren(...paragraphs(current().text, found, !state.correcting));
  text.classList.toggle("correcting", state.correcting);
  fit();
  highlight(state.chosen);
  if (focused && !state.correcting) {
    const again = marksOf(focused)[0];
    if (again?.hasAttribute("tabindex")) focus(again);
  }
  $("text-hint").textContent = t(state.correcting ? "correctHint" : "textKeys");
}

/** Sets the text up. */
export function startText() {
  $("text").addEventListener("keydown", walk);
  $("text").addEventListener("click", (event) => {
    const element = event.target.closest(".mark:not(.off)");
    const selecting = !getSelection().isCollapsed;
    if (element && !selecting) choose(element.dataset.key);
  });
  listen(["documents", "view", "analysis", "language"], render);
  listen(["filters"], () => analysis() && fit());
  listen(["chosen"], () => analysis() && highlight(state.chosen));
}
