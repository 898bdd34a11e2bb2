// Corrections of the document on view: made, undone, made again.

import { changed, current } from "./state.js";

/** Puts `analysis` in the place of the one on view. */
export function correct(analysis) {
  const document = current();
  document.past.push(document.analysis);
  document.future = [];
  put(document, analysis);
}

/** Takes the last correction back; whether there was one. */
export function undo() {
  const document = current();
  if (document.past.length === 0) return false;
  document.future.push(document.analysis);
  put(document, document.past.pop());
  return true;
}

/** Makes the correction that was taken back last again; whether there was one. */
export function redo() {
  const document = current();
  if (document.future.length === 0) return false;
  document.past.push(document.analysis);
  put(document, document.future.pop());
  return true;
}

function put(document, analysis) {
  document.analysis = analysis;
  document.touched = true;
  document.unsaved = true;
  changed("analysis");
}
