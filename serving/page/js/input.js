// The texts to be analysed: boxes to paste into, files, examples.

import { examples } from "./client.js";
import { $, make } from "./dom.js";
import { t } from "./i18n.js";
import { titleOf } from "./links.js";
import { listen } from "./state.js";
import { tell } from "./status.js";

let made = 0;

/** A box for one text. `raw` is kept because a text area changes line ends. */
function box(id = "", raw = "") {
  made += 1;
  const element = make(
    "div",
    { class: "box" },
    make("label", { for: `title-${made}`, class: "visually-hidden" }),
    make("input", { id: `title-${made}`, class: "title", value: id, maxlength: 200, autocomplete: "off" }),
    make("button", { type: "button", class: "quiet remove", click: () => remove(element) }),
    make("label", { for: `body-${made}`, class: "visually-hidden" }),
    make("textarea", { id: `body-${made}`, lang: "ar", dir: "rtl", rows: 7, spellcheck: "false" }),
  );
  const area = element.querySelector("textarea");
  area.value = raw;
  Object.assign(element, { raw, shown: area.value });
  return element;
}

const boxes = () => [...$("boxes").children];

function remove(element) {
  const index = boxes().indexOf(element);
  element.remove();
  if (boxes().length === 0) $("boxes").append(box());
  name();
  boxes()[Math.min(index, boxes().length - 1)].querySelector("textarea").focus();
}

function isEmpty(element) {
  return !element.querySelector("textarea").value.trim();
}

/** Adds a text, in place of an empty box if there is one. */
function add(id, raw) {
  boxes().find(isEmpty)?.remove();
  const element = box(id, raw);
  $("boxes").append(element);
  name();
  return element;
}

function name() {
  boxes().forEach((element, index) => {
    const n = index + 1;
    const [title, area] = [element.querySelector("input"), element.querySelector("textarea")];
    element.querySelectorAll("label")[0].textContent = t("textTitle", { n });
    element.querySelectorAll("label")[1].textContent = t("textBody", { n });
    title.placeholder = t("textName", { n });
    area.placeholder = t("placeholder");
    element.querySelector(".remove").textContent = "✕";
    element.querySelector(".remove").setAttribute("aria-label", t("removeText", { n }));
  });
  $("boxes").classList.toggle("several", boxes().length > 1);
}

/** The texts to analyse: [{id, text}], ids all different. */
export function texts() {
  const taken = new Set();
  return boxes()
    .filter((element) => !isEmpty(element))
    .map((element) => {
      const value = element.querySelector("textarea").value;
      const text = value === element.shown ? element.raw : value;
      const given = element.querySelector("input").value.trim() || element.querySelector("input").placeholder;
      let id = given;
      for (let n = 2; taken.has(id); n += 1) id = `${given} (${n})`;
      taken.add(id);
      return { id, text };
    });
}

/** The file's text: UTF-8, else the encoding of old Arabic Windows. */
async function read(file) {
  const bytes = await file.arrayBuffer();
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1256").decode(bytes);
  }
}

async function open(files) {
  const list = [...files];
  for (const file of list) add(file.name.replace(/\.txt$/i, ""), await read(file));
  tell("filesRead", { n: list.length });
}

async function offer() {
  const list = await examples().catch(() => []);
  $("examples").hidden = list.length === 0;
  const put = (chosen) => () => {
    for (const one of chosen) add(one.id, one.text);
    $("analyse").focus();
  };
  $("example-list").replaceChildren(
    ...list.map((one) =>
      make(
        "li",
        {},
        make(
          "button",
          { type: "button", class: "quiet", lang: "ar", dir: "rtl", click: put([one]) },
          titleOf(one.text),
        ),
      ),
    ),
    make(
      "li",
      {},
      make(
        "button",
        { type: "button", class: "quiet all", "data-t": "allExamples", click: put(list) },
        t("allExamples"),
      ),
    ),
  );
}

/** Sets the input up. */
export function startInput() {
  $("boxes").append(box());
  $("add").addEventListener("click", () => {
    const element = box();
    $("boxes").append(element);
    name();
    element.querySelector("textarea").focus();
  });
  $("files").addEventListener("change", async (event) => {
    await open(event.target.files);
    event.target.value = "";
  });
  const zone = $("input");
  zone.addEventListener("dragover", (event) => {
    event.preventDefault();
    zone.classList.add("over");
  });
  zone.addEventListener("dragleave", () => zone.classList.remove("over"));
  zone.addEventListener("drop", (event) => {
    zone.classList.remove("over");
    if (event.dataTransfer.files.length === 0) return;
    event.preventDefault();
    open(event.dataTransfer.files);
  });
  listen(["language"], name);
  offer();
}
