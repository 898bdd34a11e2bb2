// The findings as marks: from an analysis to the elements of the text.

import { make } from "./dom.js";
import { nest } from "./spans.js";

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
  return ranges
    .filter((range) => range.start < end && range.end > start)
    .map((range) => ({
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

function mark(text, node, stops) {
  const kind = {
    entity: `entity l-${node.label} h${Math.min(height(node), 3)}`,
    evidence: `evidence ${node.polarity}`,
  };
  const edges = [
    node.first && (joined(text, node.start) ? " first joined-first" : " first"),
    node.last && (joined(text, node.end) ? " last joined-last" : " last"),
  ]
    .filter(Boolean)
    .join("");
  const attributes = { class: `mark ${kind[node.kind] ?? node.kind}${edges}`, "data-key": node.key, "data-n": node.n };
  const stop = stops && node.first && node.kind !== "evidence";
  return make(
    "span",
    { ...attributes, "data-kind": node.kind, tabindex: stop ? -1 : null },
    laid(text, node.start, node.end, node.children, stops),
  );
}

function laid(text, start, end, nodes, stops) {
  const children = [];
  let at = start;
  for (const node of nodes) {
    if (node.start > at) children.push(text.slice(at, node.start));
    children.push(mark(text, node, stops));
    at = node.end;
  }
  if (at < end) children.push(text.slice(at, end));
  return children;
}

/** One paragraph for each line of the text that is not blank; with `stops` the keyboard can go from mark to mark. */
export function paragraphs(text, found, stops) {
  const ranges = rangesOf(found);
  const made = [];
  let start = 0;
  for (const line of text.split("\n")) {
    const end = start + line.length;
    if (line.trim()) {
      // A line of figures and Latin letters alone, such as a telephone number, runs from left to right.
      const dir = /[\p{Script=Arabic}]/u.test(line) ? null : "ltr";
      made.push(
        make("p", { "data-start": start, dir }, laid(text, start, end, nest(clipped(ranges, start, end)), stops)),
      );
    }
    start = end + 1;
  }
  return made;
}
