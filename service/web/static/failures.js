// The articles of a job that failed: the place of each in the input, and the reason.

import { ask, Problem } from "./api.js";
import { el, marked } from "./dom.js";
import { lost } from "./statuses.js";
import { count, inForm, sentence } from "./words.js";

const SHOWN = 100;

/** Kinds of failure that are the service's: the article may be converted the next time. */
const PASSING = ["lost", "internal"];
/** The failures that are looked at to tell whether to try again helps. */
const LOOKED_AT = 5000;
/** The place of one article of a file. A failure at another place, or at none, is the whole file. */
const ARTICLE = /\b(?:line|row|record|article|item|story|entry|document|post|page|message|update) \d+$/;

/**
 * @param {object} job that has failures
 * @param {{onKnown: (known: {helpless: boolean, what: string}) => void}} how told whether to try again cannot help, and
 *   what failed: "file" or "article", or "" if that is not known
 */
export function failures(job, { onKnown }) {
  const address = `/v1/jobs/${encodeURIComponent(job.id)}/errors`;
  const { failed } = job.progress;
  const heading = el("h2", { id: "failures-heading" }, lost(failed, ""));
  const body = el("div", { "aria-live": "polite" }, el("p", { class: "hint" }, "Loading …"));
  first(address, LOOKED_AT).then((rows) => {
    const what = failing(rows, job.progress);
    onKnown({ what, helpless: failed <= rows.length && !rows.some(({ kind }) => PASSING.includes(kind)) });
    heading.textContent = lost(failed, what);
    body.replaceChildren(table(rows.slice(0, SHOWN), failed));
  }, (error) => {
    if (!(error instanceof Problem)) throw error;
    body.replaceChildren(el("p", { class: "notice fault" }, `The list could not be loaded. ${sentence(error.detail)}`));
  });
  return el("section", { class: "failures", "aria-labelledby": "failures-heading" },
    heading, body);
}

/** What failed: files if each failure is a whole file, articles if each is one of a file; "" for some of both. */
function failing(rows, { done, failed }) {
  const files = new Set(rows.map(({ document }) => document).filter(Boolean));
  const parts = rows.filter(({ place }) => ARTICLE.test(place ?? ""));
  if (files.size === failed && (done === 0 || parts.length === 0)) return "file";
  return parts.length === rows.length ? "article" : "";
}

/** Load the first lines of NDJSON and cancel the rest. */
async function first(address, most) {
  const reader = (await ask(address)).body.pipeThrough(new TextDecoderStream()).getReader();
  const lines = [];
  let rest = "";
  while (lines.length < most) {
    const { done, value } = await reader.read();
    const parts = (rest + (value ?? "")).split("\n");
    rest = done ? "" : parts.pop();
    lines.push(...parts.filter(Boolean));
    if (done) break;
  }
  reader.cancel().catch(() => {});
  return lines.slice(0, most).map((line) => JSON.parse(line));
}

function table(rows, all) {
  // On a narrow screen the rows are blocks. The roles keep the table a table for screen readers.
  const cells = ({ document, place, id, reason }) => el("tr", { role: "row" },
    el("td", { role: "cell", dir: "auto" }, document || "–", place && el("span", { class: "place" }, place), id && el("span", { class: "place" }, id)),
    el("td", { role: "cell", dir: "auto" }, marked(sentence(inForm((reason ?? "").replace(/^\/(?=\S+: )/, ""))))));
  const heading = (text) => el("th", { scope: "col", role: "columnheader" }, text);
  return el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "What failed" },
    el("table", { role: "table" },
      el("thead", { role: "rowgroup" }, el("tr", { role: "row" }, heading("Where"), heading("Why"))),
      el("tbody", { role: "rowgroup" }, rows.map(cells))),
    all > rows.length && el("p", { class: "hint" }, `The first ${rows.length} of ${count(all)}.`));
}
