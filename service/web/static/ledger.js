// The ledger of a source article: each of its leaves, and what became of it. What is not held comes first.

import { el } from "./dom.js";
import { breakable, short } from "./fields.js";
import { count, label } from "./words.js";

const OUTCOMES = { "not-held": "Not held", changed: "Changed", kept: "Kept" };
const HEADINGS = ["Source", "Value", "Outcome"];

/** @param {object[]} ledger as GET /v1/jobs/{id}/preview has it */
export function ledgerTable(ledger) {
  if (!ledger.length) return el("p", { class: "hint" }, "The source is plain text. All of it is in the article.");
  const rank = Object.keys(OUTCOMES);
  const sorted = ledger.toSorted((one, other) => rank.indexOf(one.outcome) - rank.indexOf(other.outcome));
  const counts = rank.map((outcome) => [outcome, ledger.filter((leaf) => leaf.outcome === outcome).length]);
  return [
    el("p", { class: "hint" }, counts.filter(([, number]) => number).map(([outcome, number]) => `${count(number)} ${OUTCOMES[outcome].toLowerCase()}`).join(", ")),
    el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "What became of the source" },
      el("table", { class: "where ledger", role: "table" },
        el("thead", { role: "rowgroup" }, el("tr", { role: "row" },
          HEADINGS.map((text) => el("th", { scope: "col", role: "columnheader" }, text)))),
        el("tbody", { role: "rowgroup" }, sorted.map(row)))),
  ];
}

function row({ path, value, outcome, field, reason }) {
  const held = field && field.split(".").map(label).join(": ");
  return el("tr", { role: "row", class: `leaf-${outcome}` },
    el("th", { scope: "row", role: "rowheader" }, el("code", {}, breakable(path))),
    el("td", { class: "value", role: "cell", dir: "auto" }, short(value)),
    el("td", { role: "cell", "data-format": "Outcome" }, el("div", {},
      el("strong", {}, OUTCOMES[outcome]), held && ` as ${held}`, reason && el("span", { class: "as" }, reason))));
}
