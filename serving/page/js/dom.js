// What was sent or found goes into the page as text alone, never as markup.

const SVG = "http://www.w3.org/2000/svg";

export const $ = (id) => document.getElementById(id);

/** An element with attributes (functions become listeners) and children; what is null or false is left out. */
export function make(tag, attributes = {}, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

/** The same for SVG. */
export function draw(tag, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, tag), attributes, children);
}

function filled(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value);
  }
  element.append(
    ...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false),
  );
  return element;
}

/** Arabic from a text, apart from the direction of the interface around it. */
export function arabic(text, tag = "bdi", attributes = {}) {
  return make(tag, { lang: "ar", dir: "rtl", ...attributes }, text);
}

/** Keeps the focus where it was when `parent` is filled anew: by the id or the data-focus of what had it. */
export function refill(parent, ...children) {
  const had = parent.contains(document.activeElement) ? document.activeElement : null;
  const key = had && (had.dataset.focus ?? had.id);
  parent.replaceChildren(...children.flat(Infinity).filter(Boolean));
  if (!key) return;
  [...parent.querySelectorAll("[data-focus], [id]")]
    .find((element) => (element.dataset.focus ?? element.id) === key)
    ?.focus({ preventScroll: true });
}
