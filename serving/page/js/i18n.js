// The language of the interface. The texts themselves are Arabic always.

import { FORCES, LABELS, MODES, POLARITIES } from "./scheme.js";
import { WORDS } from "./words.js";

const KEPT = "isnad-language";
const rules = { ar: new Intl.PluralRules("ar"), en: new Intl.PluralRules("en") };
let language = "ar";

export const lang = () => language;
const side = () => (language === "ar" ? 0 : 1);

/** A sentence of the interface, `{name}` filled from `values`; `values.n` chooses between forms of number. */
export function t(key, values = {}) {
  let words = WORDS[key][side()];
  if (typeof words !== "string") words = words[rules[language].select(values.n)] ?? words.other;
  return words.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

export const labelName = (label) => LABELS[label][side()];
export const forceName = (force) => FORCES[force][side()];
export const modeName = (mode) => MODES[mode][side()];
export const polarityName = (polarity) => POLARITIES[polarity][side()];
export const percent = (score) => `${Math.round(100 * score)}%`;

/** Puts the interface into `chosen` ("ar" or "en") and keeps it for the next visit. */
export function speak(chosen) {
  language = chosen === "en" ? "en" : "ar";
  document.documentElement.lang = language;
  document.documentElement.dir = language === "ar" ? "rtl" : "ltr";
  document.title = t("pageTitle");
  for (const element of document.querySelectorAll("[data-t]")) element.textContent = t(element.dataset.t);
  for (const element of document.querySelectorAll("[data-label]")) {
    element.setAttribute("aria-label", t(element.dataset.label));
  }
  try {
    localStorage.setItem(KEPT, language);
  } catch {
    // Without storage the choice lasts as long as the page.
  }
}

/** The language of the last visit, Arabic at first. */
export function remembered() {
  try {
    return localStorage.getItem(KEPT) ?? "ar";
  } catch {
    return "ar";
  }
}
