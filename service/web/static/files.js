// The list of a job's files, each with its preview and its download.

import { address, ask, Problem, signedAddress } from "./api.js";
import { hasKey } from "./key.js";
import { el } from "./dom.js";
import { icon, patch } from "./icons.js";
import { counted, size } from "./words.js";

const AT_ONCE = 50;
/** Bytes of a table that may be a heading alone. */
const SHORT = 500;

/** Whether a file can be shown as text. */
export const isText = (file) => /^text\/|json|xml/.test(file.media_type);

/** What a file holds. The description of tables has columns, and no articles. */
const what = (file, format) => (file.media_type.startsWith("application/csvm+json")
  ? "Says what the columns of the tables mean (CSVW)"
  : `${format.name} · ${counted(file.articles, "article")}`);

/** Say of a table that it has a heading and no rows. */
async function sayIfEmpty(file, facts) {
  try {
    const lines = (await (await ask(file.href)).text()).trim().split("\n").length;
    if (lines === 1) facts.textContent = "A table without rows: no article states anything for it";
  } catch (error) {
    // The file can still be downloaded: its preview says what is wrong.
    if (!(error instanceof Problem)) throw error;
  }
}

/** A download link. If a key is in use, a click requests a signed address first. */
function download(job, name, attributes, attempt, ...children) {
  const plain = address(`/v1/jobs/${job.id}/${name === "files.zip" ? name : `files/${encodeURIComponent(name)}`}`);
  const link = el("a", { ...attributes, href: plain, download: name }, ...children);
  link.addEventListener("click", (event) => {
    if (!hasKey()) return;
    event.preventDefault();
    attempt(async () => {
      const signed = el("a", { href: await signedAddress(job.id, name), download: name, hidden: true });
      document.body.append(signed);
      signed.click();
      signed.remove();
    });
  });
  return link;
}

export function downloadAll(job, attempt) {
  const bytes = job.files.reduce((sum, file) => sum + file.size, 0);
  return download(job, "files.zip", { class: "primary" }, attempt, icon("download"), `Download all (${size(bytes)})`);
}

/**
 * @param {object} job that has files
 * @param {object[]} formats those of the job, as GET /v1/formats has them
 * @param {{onPreview: (file: object) => void, attempt: (act: () => Promise<void>) => void}} how
 */
export function fileList(job, formats, { onPreview, attempt }) {
  const list = el("ul", { class: "files" });
  const more = el("button", { type: "button", class: "small", onclick: () => show(job.files.length) });
  function show(most) {
    list.replaceChildren(...job.files.slice(0, most).map(row));
    more.textContent = `Show all ${counted(job.files.length, "file")}`;
    more.hidden = job.files.length <= most;
  }

  function row(file) {
    const at = formats.findIndex((format) => format.id === file.format);
    const facts = el("span", { class: "file-facts" }, `${what(file, formats[at])} · ${size(file.size)}`);
    if (file.media_type.startsWith("text/csv") && file.size < SHORT) sayIfEmpty(file, facts);
    return el("li", {},
      patch(at),
      el("div", { class: "file-what" },
        el("span", { class: "file-name" }, file.name),
        facts),
      el("div", { class: "file-do" },
        el("button", { type: "button", class: "small", onclick: () => onPreview(file), "aria-label": `Preview ${file.name}` }, "Preview"),
        download(job, file.name, { class: "small", "aria-label": `Download ${file.name}` }, attempt, icon("download"), "Download")));
  }

  show(AT_ONCE);
  return el("section", { "aria-labelledby": "files-heading" }, el("h2", { id: "files-heading" }, "Files"), list, more);
}
