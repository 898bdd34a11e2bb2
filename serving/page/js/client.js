// Asking the service.

const TRIES = 3;
const PATIENCE = 30;

/** What went wrong: `key` names a sentence of the interface, `detail` is the service's own, in English. */
export class Refusal extends Error {
  constructor(key, detail = "", status = 0) {
    super(key);
    Object.assign(this, { key, detail, status });
  }
}

const SENTENCES = {
  400: "error400",
  401: "error401",
  408: "error408",
  413: "error413",
  415: "error400",
  422: "error422",
  429: "errorBusy",
  500: "error500",
  503: "errorBusy",
};

/** The answer about one text, offsets in UTF-16. Raises Refusal. `waiting` is told the seconds when the service is busy. */
export async function analyze(id, text, key, signal, waiting) {
  for (let attempt = 1; ; attempt += 1) {
    const response = await ask(id, text, key, signal);
    if (response.ok) return response.json();
    const seconds = Number(response.headers.get("Retry-After"));
    const again = [429, 503].includes(response.status) && attempt < TRIES && seconds <= PATIENCE;
    if (!again) throw new Refusal(SENTENCES[response.status] ?? "error500", await detailOf(response), response.status);
    waiting(seconds);
    await new Promise((resolve) => setTimeout(resolve, 1000 * seconds));
    signal.throwIfAborted();
  }
}

async function ask(id, text, key, signal) {
  // A header holds nothing else: such a key cannot be right.
  if (!/^[\x20-\x7e]*$/.test(key)) throw new Refusal("error401", "", 401);
  const headers = { "Content-Type": "application/json", ...(key ? { "X-API-Key": key } : {}) };
  const body = JSON.stringify({ id, text, options: { offset_unit: "utf16" } });
  try {
    return await fetch("analyze", { method: "POST", headers, body, signal });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Refusal("errorNetwork");
  }
}

async function detailOf(response) {
  try {
    return (await response.json()).detail ?? "";
  } catch {
    return "";
  }
}

/** The articles offered for a first look: [{id, text}]. */
export async function examples() {
  const response = await fetch("page/examples.json");
  return response.ok ? response.json() : [];
}
