// The line that tells what just happened, to eyes and to screen readers.

import { $ } from "./dom.js";
import { t } from "./i18n.js";

export function tell(key, values) {
  $("status").textContent = key ? t(key, values) : "";
}
