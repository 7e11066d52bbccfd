// The articles of a job that failed: the place of each in the input, and the reason.

import { ask, Problem } from "./api.js";
import { el, marked } from "./dom.js";
import { counted, inForm, sentence } from "./words.js";

const SHOWN = 100;

/** Kinds of failure that are the service's: the article may be converted the next time. */
const PASSING = ["lost", "internal"];
/** The failures that are looked at to tell whether to try again helps. */
const LOOKED_AT = 5000;

/**
 * @param {object} job that has failures
 * @param {{onHelpless: (helpless: boolean) => void}} how told whether to try again cannot help
 */
export function failures(job, { onHelpless }) {
  const address = `/v1/jobs/${encodeURIComponent(job.id)}/errors`;
  const heading = el("h2", { id: "failures-heading" }, `${counted(job.progress.failed, "article")} failed`);
  const body = el("div", { "aria-live": "polite" }, el("p", { class: "hint" }, "Loading …"));
  first(address, LOOKED_AT).then((rows) => {
    onHelpless(job.progress.failed <= rows.length && !rows.some(({ kind }) => PASSING.includes(kind)));
    heading.textContent = `${counted(job.progress.failed, wholeFiles(rows, job.progress) ? "file" : "article")} failed`;
    body.replaceChildren(table(rows.slice(0, SHOWN), job.progress.failed));
  }, (error) => {
    if (!(error instanceof Problem)) throw error;
    body.replaceChildren(el("p", { class: "notice fault" }, `The list could not be loaded. ${sentence(error.detail)}`));
  });
  return el("section", { class: "failures", "aria-labelledby": "failures-heading" },
    heading, body);
}

/** Whether each failure is a whole file: a file has one failure, and no article of it was converted. */
function wholeFiles(rows, { done, failed }) {
  const files = new Set(rows.map(({ document }) => document).filter(Boolean));
  return files.size === failed && (done === 0 || rows.every(({ place }) => !place));
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
  return el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Articles that failed" },
    el("table", { role: "table" },
      el("thead", { role: "rowgroup" }, el("tr", { role: "row" }, heading("Where"), heading("Why"))),
      el("tbody", { role: "rowgroup" }, rows.map(cells))),
    all > rows.length && el("p", { class: "hint" }, `The first ${rows.length} of ${counted(all, "article")}.`));
}
