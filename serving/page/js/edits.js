// Changes to an analysis, each giving a new one. All keep what follows from the rest: parents, holders, speakers' entities.

import { closest, holds, speakerOf } from "./links.js";
import { ACTORS, AUTHOR, NAMED, QUOTES } from "./scheme.js";

// White space as Python counts it, and quote marks.
const EDGE = new RegExp(`[\\s\\x1c-\\x1f\\x85${QUOTES}]`, "u");
const letters = new Intl.Segmenter("ar", { granularity: "grapheme" });

/** The span without white space and quote marks at its edges, with its text; null when nothing is left. */
export function trimmed(text, { start, end }) {
  while (start < end && EDGE.test(text[start])) start += 1;
  while (end > start && EDGE.test(text[end - 1])) end -= 1;
  return start < end ? { start, end, text: text.slice(start, end) } : null;
}

/** The spans of a selection, one for each line of the text. */
export function lines(text, { start, end }) {
  const found = [];
  let from = start;
  for (const line of text.slice(start, end).split("\n")) {
    found.push(trimmed(text, { start: from, end: from + line.length }));
    from += line.length + 1;
  }
  return found.filter(Boolean);
}

/** A name as it may be written: on one line, without quote marks around it. */
export function nameOf(words) {
  const line = words.replace(/[\s\x1c-\x1f\x85]+/g, " ");
  return trimmed(line, { start: 0, end: line.length })?.text ?? null;
}

/** The span with one edge ("start" or "end") moved by a letter with its marks, onwards (1) or back (-1), over spaces. */
export function stepped(text, span, edge, direction) {
  const line = { from: text.lastIndexOf("\n", span.start - 1) + 1, to: text.indexOf("\n", span.end) };
  const to = line.to < 0 ? text.length : line.to;
  const places = [...letters.segment(text.slice(line.from, to))].map(({ index }) => line.from + index).concat(to);
  const ahead =
    direction > 0 ? places.filter((at) => at > span[edge]) : places.filter((at) => at < span[edge]).reverse();
  for (const at of ahead) {
    const moved = trimmed(text, { ...span, [edge]: at });
    if (moved && moved[edge] !== span[edge]) return moved;
  }
  return null;
}

function fresh(prefix, items) {
  const used = items.map(({ id }) => Number(new RegExp(`^${prefix}(\\d+)$`).exec(id)?.[1] ?? 0));
  return `${prefix}${Math.max(0, ...used) + 1}`;
}

const size = ({ start, end }) => end - start;

/** The analysis with all that follows from the rest put right. */
export function settled(text, { entities, attributions, stances }) {
  const kept = entities
    .map((entity) => ({
      ...entity,
      name: NAMED.has(entity.label) ? entity.name : null,
      text: text.slice(entity.start, entity.end),
    }))
    .sort((one, other) => one.start - other.start || other.end - one.end)
    .map((entity, _, all) => {
      const around = all.filter(
        (other) => other.id !== entity.id && holds(other, entity) && size(other) > size(entity),
      );
      return { ...entity, parent: around.sort((one, other) => size(one) - size(other))[0]?.id ?? null };
    });
  const acts = [...attributions]
    .sort((one, other) => one.cue.start - other.cue.start)
    .map((act) => {
      const around = closest(
        text,
        attributions.filter((other) => other.id !== act.id),
        act.cue,
      ).map(({ id }) => id);
      const speaker = act.speaker && { name: act.speaker.name, entity: voice(kept, act) };
      return { ...act, speaker, parent: around.includes(act.parent) ? act.parent : (around[0] ?? null) };
    });
  const byId = new Map(kept.map((entity) => [entity.id, entity]));
  const held = stances
    .filter(({ target }) => ACTORS.has(byId.get(target)?.label))
    .map((stance) => {
      const around = closest(text, acts, byId.get(stance.target)).map(({ id }) => id);
      return { ...stance, holder: around.includes(stance.holder) ? stance.holder : (around[0] ?? AUTHOR) };
    });
  return { entities: kept, attributions: acts, stances: held };
}

function voice(entities, { speaker: { name, entity } }) {
  const bearing = entities.filter((one) => one.name === name);
  return (bearing.find((one) => one.id === entity) ?? bearing[0])?.id ?? null;
}

/** With a new entity; its id is the last one's of the pair. */
export function withEntity(text, analysis, span, label, name) {
  const id = fresh("e", analysis.entities);
  const entity = { id, ...span, label, score: 1, name: nameOf(name ?? span.text), parent: null };
  return [settled(text, { ...analysis, entities: [...analysis.entities, entity] }), id];
}

/** With an entity changed. What a person has touched is certain. */
export function changeEntity(text, analysis, id, change) {
  const entities = analysis.entities.map((one) => (one.id === id ? { ...one, ...change, score: 1 } : one));
  return settled(text, {
    ...analysis,
    entities: entities.map((one) =>
      NAMED.has(one.label) && !one.name ? { ...one, name: nameOf(text.slice(one.start, one.end)) } : one,
    ),
  });
}

/** With one name in the place of another, in every mention and for every speaker. */
export function renamed(text, analysis, from, to) {
  const speaks = (act) => speakerOf(act) === from;
  return settled(text, {
    ...analysis,
    entities: analysis.entities.map((one) => (one.name === from ? { ...one, name: to, score: 1 } : one)),
    attributions: analysis.attributions.map((act) =>
      speaks(act) ? { ...act, speaker: { ...act.speaker, name: to } } : act,
    ),
  });
}

export function withoutEntity(text, analysis, id) {
  return settled(text, { ...analysis, entities: analysis.entities.filter((one) => one.id !== id) });
}

/** With a stance towards an entity: polarity "favor", "against" or null for none. */
export function withStance(text, analysis, target, polarity, evidence) {
  const rest = analysis.stances.filter((stance) => stance.target !== target);
  const stance = { holder: AUTHOR, target, polarity, evidence, score: 1 };
  return settled(text, { ...analysis, stances: polarity ? [...rest, stance] : rest });
}

/** With a new act of attribution of which only the cue is known; its id is the last one's of the pair. */
export function withAct(text, analysis, cue) {
  const id = fresh("a", analysis.attributions);
  const act = {
    id,
    source: null,
    speaker: null,
    cue,
    contents: [],
    mode: "indirect",
    force: "state",
    parent: null,
    score: 1,
  };
  return [settled(text, { ...analysis, attributions: [...analysis.attributions, act] }), id];
}

export function changeAct(text, analysis, id, change) {
  const attributions = analysis.attributions.map((act) => (act.id === id ? { ...act, ...change, score: 1 } : act));
  return settled(text, { ...analysis, attributions });
}

export function withoutAct(text, analysis, id) {
  const rest = analysis.attributions.filter((act) => act.id !== id);
  return settled(text, { ...analysis, attributions: rest });
}
