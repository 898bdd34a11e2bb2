// The text with its findings marked in it.

import { $, make } from "./dom.js";
import { shown } from "./filters.js";
import { t } from "./i18n.js";
import { nest } from "./spans.js";
import { analysis, changed, current, listen, state } from "./state.js";

// Which of two equal ranges stands around the other.
const RANK = { content: 0, evidence: 1, source: 2, cue: 3, entity: 4 };

function rangesOf(found) {
  const ranges = found.entities.map((entity) => ({ ...part(entity, "entity", `e:${entity.id}`), label: entity.label }));
  found.attributions.forEach((act, index) => {
    const key = `a:${act.id}`;
    const parts = [...act.contents.map((content) => part(content, "content", key)), part(act.cue, "cue", key)];
    if (act.source) parts.push(part(act.source, "source", key));
    ranges.push(...parts.map((one) => ({ ...one, n: index + 1 })));
  });
  for (const stance of found.stances.filter((one) => one.evidence)) {
    ranges.push({ ...part(stance.evidence, "evidence", `e:${stance.target}`), polarity: stance.polarity });
  }
  return ranges;
}

function part({ start, end }, kind, key) {
  return { start, end, kind, key, rank: RANK[kind] };
}

/** The ranges within a line, those that run on beyond it cut at its end. */
function clipped(ranges, start, end) {
  return ranges.filter((range) => range.start < end && range.end > start).map((range) => ({
    ...range,
    start: Math.max(range.start, start),
    end: Math.min(range.end, end),
    first: range.start >= start,
    last: range.end <= end,
  }));
}

/** How many entities stand in one another from this node downwards. */
function height(node) {
  return Math.max(0, ...node.children.map(height)) + (node.kind === "entity" ? 1 : 0);
}

const LETTER = /[\p{L}\p{M}ـ]/u;

/** Whether letters join across a place in the text: nothing may be drawn between them there. */
function joined(text, at) {
  return at > 0 && LETTER.test(text[at - 1]) && LETTER.test(text[at] ?? "");
}

function mark(text, node) {
  const kind = { entity: `entity l-${node.label} h${Math.min(height(node), 3)}`, evidence: `evidence ${node.polarity}` };
  const edges = [
    node.first && (joined(text, node.start) ? " first joined-first" : " first"),
    node.last && (joined(text, node.end) ? " last joined-last" : " last"),
  ].filter(Boolean).join("");
  const attributes = { class: `mark ${kind[node.kind] ?? node.kind}${edges}`, "data-key": node.key, "data-n": node.n };
  const stop = node.first && node.kind !== "evidence" && !state.correcting;
  return make("span", { ...attributes, "data-kind": node.kind, tabindex: stop ? -1 : null }, laid(text, node.start, node.end, node.children));
}

function laid(text, start, end, nodes) {
  const children = [];
  let at = start;
  for (const node of nodes) {
    if (node.start > at) children.push(text.slice(at, node.start));
    children.push(mark(text, node));
    at = node.end;
  }
  if (at < end) children.push(text.slice(at, end));
  return children;
}

/** One paragraph for each line of the text that is not blank. */
function paragraphs(text, ranges) {
  const made = [];
  let start = 0;
  for (const line of text.split("\n")) {
    const end = start + line.length;
    if (line.trim()) {
      // A line of figures and Latin letters alone, such as a telephone number, runs from left to right.
      const dir = /[\p{Script=Arabic}]/u.test(line) ? null : "ltr";
      made.push(make("p", { "data-start": start, dir }, laid(text, start, end, nest(clipped(ranges, start, end)))));
    }
    start = end + 1;
  }
  return made;
}

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
  return [...$("text").querySelectorAll(".mark")].filter((element) => element.dataset.key === key && element.dataset.kind !== "evidence");
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
  text.replaceChildren(...paragraphs(current().text, rangesOf(found)));
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
