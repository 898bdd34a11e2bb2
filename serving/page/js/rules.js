// What `python -m labels validate` would find wrong with corrections (labels/validation.py), in words of the interface.

import { holds, overlap } from "./links.js";
import { HOLDING, NAMED } from "./scheme.js";

/** Every fault of the analysis: {key, a, b, to}; `key` names a sentence, `to` what is to be mended. */
export function faults(text, analysis) {
  return [...entityFaults(text, analysis), ...actFaults(analysis), ...stanceFaults(text, analysis)];
}

function* entityFaults(text, { entities }) {
  for (const entity of entities) {
    const to = `e:${entity.id}`;
    if (NAMED.has(entity.label) && !entity.name) yield { key: "faultName", a: entity.text, to };
    if (entity.text.includes("\n")) yield { key: "faultLines", a: entity.text, to };
    for (const inner of entities) {
      const later =
        inner.start > entity.start ||
        (inner.start === entity.start &&
          (inner.end < entity.end || (inner.end === entity.end && entities.indexOf(inner) > entities.indexOf(entity))));
      if (!later || !overlap(entity, inner)) continue;
      const key = pairFault(entity, inner);
      if (key) yield { key, a: entity.text, b: inner.text, to: `e:${inner.id}` };
    }
  }
}

function pairFault(outer, inner) {
  if (outer.start === inner.start && outer.end === inner.end) return "faultTwice";
  if (!holds(outer, inner)) return "faultCrosses";
  if (outer.label === inner.label) return "faultSameLabel";
  return HOLDING.has(outer.label) ? null : "faultHolding";
}

function* actFaults({ attributions }) {
  const byId = new Map(attributions.map((act) => [act.id, act]));
  const cues = new Set();
  for (const act of attributions) {
    const to = `a:${act.id}`;
    const a = act.cue.text;
    if (act.contents.length === 0) yield { key: "faultContent", a, to };
    const place = `${act.cue.start} ${act.cue.end}`;
    if (cues.has(place)) yield { key: "faultCue", a, to };
    cues.add(place);
    const parts = [act.cue, ...(act.source ? [act.source] : []), ...act.contents];
    if (parts.some((one, at) => parts.slice(at + 1).some((other) => overlap(one, other))))
      yield { key: "faultParts", a, to };
    const seen = new Set();
    let above = act;
    while (above?.parent && !seen.has(above.id)) {
      seen.add(above.id);
      above = byId.get(above.parent);
      if (above === act) {
        yield { key: "faultCycle", a, b: byId.get(act.parent).cue.text, to };
        break;
      }
    }
  }
}

function* stanceFaults(text, { entities, stances }) {
  for (const { target, evidence } of stances) {
    const entity = entities.find((one) => one.id === target);
    if (!evidence) continue;
    const between = text.slice(Math.min(entity.start, evidence.start), Math.max(entity.end, evidence.end));
    if (between.includes("\n")) yield { key: "faultEvidence", a: entity.text, to: `e:${target}` };
  }
}
