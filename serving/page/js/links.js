// What follows from an analysis: who holds which words, and what is gathered about each actor (serving/assemble.py).

import { points } from "./offsets.js";
import { ACTORS, AUTHOR } from "./scheme.js";

export const holds = (outer, inner) => outer.start <= inner.start && inner.end <= outer.end;
export const overlap = (one, other) => one.start < other.end && other.start < one.end;

/** The acts whose contents hold `span` most closely: several where those are of one length. */
export function closest(text, acts, span) {
  const around = acts.filter((act) => act.contents.some((content) => holds(content, span)));
  const lengths = around.map((act) => act.contents.reduce((sum, c) => sum + points(text.slice(c.start, c.end)), 0));
  const least = Math.min(...lengths);
  return around.filter((_, index) => lengths[index] === least);
}

/** Who is behind an act as far as the document says. */
export const speakerOf = (act) => act.speaker?.name ?? null;

/** The holder of a stance: the author, or the name of who speaks. */
export function holderOf(analysis, stance) {
  return stance.holder === AUTHOR ? AUTHOR : speakerOf(analysis.attributions.find((act) => act.id === stance.holder));
}

/** Each named actor: {name, label, mentions, said, stances: [{holder, favor, against, neutral}]}, most mentioned first. */
export function actorsOf(text, analysis) {
  const said = new Map();
  for (const act of analysis.attributions) {
    if (act.speaker) said.set(act.speaker.name, (said.get(act.speaker.name) ?? 0) + 1);
  }
  const polarity = new Map(analysis.stances.map((stance) => [stance.target, stance.polarity]));
  const actors = new Map();
  for (const entity of analysis.entities) {
    if (!ACTORS.has(entity.label) || !entity.name) continue;
    const key = `${entity.label} ${entity.name}`;
    if (!actors.has(key)) {
      const own = { name: entity.name, label: entity.label, mentions: [], said: said.get(entity.name) ?? 0 };
      actors.set(key, { ...own, tallies: new Map() });
    }
    const actor = actors.get(key);
    actor.mentions.push(entity.id);
    const act = closest(text, analysis.attributions, entity)[0];
    const holder = act ? (speakerOf(act) ?? "") : AUTHOR;
    if (!actor.tallies.has(holder)) actor.tallies.set(holder, { holder, favor: 0, against: 0, neutral: 0 });
    actor.tallies.get(holder)[polarity.get(entity.id) ?? "neutral"] += 1;
  }
  return [...actors.values()]
    .map(({ tallies, ...actor }) => ({ ...actor, stances: [...tallies.values()] }))
    .sort((one, other) => other.mentions.length - one.mentions.length);
}

/** The chain of transmission down to `act`: the outermost act first. */
export function chainOf(analysis, act) {
  const byId = new Map(analysis.attributions.map((one) => [one.id, one]));
  const chain = [act];
  while (chain[0].parent && byId.has(chain[0].parent) && !chain.includes(byId.get(chain[0].parent))) {
    chain.unshift(byId.get(chain[0].parent));
  }
  return chain;
}

const LONGEST_TITLE = 90;

/** The line of `text` that reads like a headline (pages carry short scraps above it), else its first line; shortened. */
export function titleOf(text) {
  const lines = text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
  const title = lines.find((line) => line.split(/\s+/).length >= 5) ?? lines[0] ?? "";
  return title.length > LONGEST_TITLE ? `${title.slice(0, LONGEST_TITLE).replace(/\s+\S*$/u, "")}…` : title;
}
