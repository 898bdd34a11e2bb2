// What the page knows, and who wants to be told when it changes.

export const state = {
  /** Each: {id, text, error} or {id, text, analysis, past, future, touched, unsaved, sha256, windows, model}. */
  documents: [],
  at: 0,
  view: "read",
  tab: "quotes",
  correcting: false,
  /** The key of what is explained or corrected: "e:" and an entity's id, "a:" and an attribution's. */
  chosen: null,
  /** What the reader marked in the text while correcting, in UTF-16 offsets. */
  selection: null,
  filters: none(),
};

const listeners = new Map();

export function none() {
  return { hidden: new Set(), holder: "", actor: "", score: 0 };
}

export const current = () => state.documents[state.at] ?? null;

/** The analysis on view, or null. */
export const analysis = () => current()?.analysis ?? null;

/** Calls `listener` after every change of one of `kinds`: documents, view, analysis, filters, chosen, selection, language. */
export function listen(kinds, listener) {
  for (const kind of kinds) listeners.set(kind, [...(listeners.get(kind) ?? []), listener]);
}

/** Tells each listener once. */
export function changed(...kinds) {
  for (const listener of new Set(kinds.flatMap((kind) => listeners.get(kind) ?? []))) listener();
}
