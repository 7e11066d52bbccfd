// The preview of a finished job: an article as it was read, the place of each of its fields, and its files as text.

import { ask, getJson, Problem } from "./api.js";
import { el } from "./dom.js";
import { fieldTable } from "./fields.js";
import { isText } from "./files.js";
import { icon } from "./icons.js";
import { ledgerTable } from "./ledger.js";
import { story } from "./story.js";
import { tabs } from "./tabs.js";
import { count, sentence, size } from "./words.js";

const SHOWN = 128 * 1024;
const TABS = { article: "Article", fields: "Where each field went", source: "What became of the source", file: "File by file" };

/**
 * @param {object} job that has files
 * @param {object[]} formats those of the job, as GET /v1/formats has them
 * @returns {{element: HTMLElement, open: (file: object) => void}}
 */
export function preview(job, formats) {
  const total = job.progress.done;
  const loaded = new Map();
  const panels = Object.fromEntries(Object.keys(TABS).map((name) => [name,
    el("div", { role: "tabpanel", id: `preview-${name}`, "aria-labelledby": `preview-tab-${name}`, class: `panel-${name}`, hidden: true })]));
  const list = el("div", { class: "tabs", role: "tablist", "aria-labelledby": "preview-heading" },
    Object.entries(TABS).map(([name, text]) =>
      el("button", { type: "button", role: "tab", id: `preview-tab-${name}`, "aria-controls": `preview-${name}` }, text)));
  const element = el("section", { class: "preview", "aria-labelledby": "preview-heading" },
    el("h2", { id: "preview-heading" }, "Preview"), list, Object.values(panels));
  let choose = null;
  let chosen = job.files.find(isText) ?? job.files[0];
  let part = 0;
  let number = 1;
  let showing = Promise.resolve();

  /** Load something once. A request that fails can be made again. */
  function once(address, load) {
    if (!loaded.has(address)) {
      loaded.set(address, load());
      loaded.get(address).catch(() => loaded.delete(address));
    }
    return loaded.get(address);
  }

  async function showArticle(name, render) {
    const wanted = number;
    const bar = (from = "") => total > 1 && pager(name, from);
    const address = `/v1/jobs/${encodeURIComponent(job.id)}/preview?article=${wanted}`;
    await guarded(panels[name], bar, async () => {
      const found = await once(address, () => getJson(address));
      if (wanted === number) panels[name].replaceChildren(...[bar(`${found.document}, ${found.place}`), render(found)].flat().filter(Boolean));
    });
  }

  function pager(name, from) {
    const go = (by) => async () => {
      number += by;
      await show[name]();
      panels[name].querySelector(`[data-by="${by}"]:enabled, [data-by]:enabled`)?.focus();
    };
    return el("div", { class: "preview-bar" },
      el("p", { class: "hint", role: "status" }, `Article ${count(number)} of ${count(total)}`, from && ` · ${from}`),
      el("div", { class: "pager" }, pagerButton(-1, "Previous article", number === 1, go(-1)), pagerButton(1, "Next article", number === total, go(1))));
  }

  /** A part of a file, as text. */
  async function load(file, at) {
    // The service itself answers a request that names the ETag. It never redirects it to a store, which the page may
    // not ask.
    // A character of UTF-8 has at most three bytes after its first one.
    const headers = { Range: `bytes=${at * SHOWN}-${(at + 1) * SHOWN + 2}`, "If-Range": `"${file.sha256}"` };
    const bytes = new Uint8Array(await (await ask(file.href, { headers })).arrayBuffer());
    const whole = (from) => {
      let end = from;
      while (bytes[end] >> 6 === 2) end += 1;
      return end;
    };
    return new TextDecoder().decode(bytes.slice(at ? whole(0) : 0, whole(SHOWN)));
  }

  /** Choose one of the files, and show it from its beginning. */
  function showFile(file) {
    if (file !== chosen) part = 0;
    chosen = file;
    return isText(file) ? showParts(file) : showOwn(file);
  }

  const choice = (file) => [
    el("label", { for: "preview-choice", class: "visually-hidden" }, "File to show"),
    el("select", { id: "preview-choice", onchange: (event) => showFile(job.files[event.target.selectedIndex]) },
      job.files.map((one) => el("option", { selected: one === file }, one.name)))];

  const code = (name, text) => el("pre", { class: "scroll code", tabindex: "0", role: "region", "aria-label": name, translate: "no" }, text);

  function fill(...children) {
    const kept = document.activeElement.id === "preview-choice";
    panels.file.replaceChildren(...children);
    if (kept) panels.file.querySelector("#preview-choice").focus();
  }

  /** Show a text, a part at a time. */
  function showParts(file) {
    const at = part;
    const parts = Math.ceil(file.size / SHOWN);
    const go = (by) => async () => {
      part += by;
      await showFile(file);
      panels.file.querySelector(`[data-by="${by}"]:enabled, [data-by]:enabled`)?.focus();
    };
    return guarded(panels.file, () => false, async () => {
      const text = await once(`${file.href}#${at}`, () => load(file, at));
      if (chosen !== file || part !== at) return;
      fill(el("div", { class: "preview-bar" }, choice(file),
        parts > 1 && [el("p", { class: "hint", role: "status" }, `Part ${count(at + 1)} of ${count(parts)}, of ${size(file.size)}`),
          el("div", { class: "pager" }, pagerButton(-1, "Previous part", at === 0, go(-1)), pagerButton(1, "Next part", at + 1 === parts, go(1)))]),
      code(file.name, text));
    });
  }

  /** Show the file that one article has in a zip. */
  function showOwn(file) {
    const wanted = number;
    const bar = (from = "") => el("div", {}, el("div", { class: "preview-bar" }, choice(file)), pager("file", from));
    const address = `/v1/jobs/${encodeURIComponent(job.id)}/preview?article=${wanted}&files=true`;
    return guarded(panels.file, bar, async () => {
      const found = await once(address, () => getJson(address));
      if (chosen !== file || wanted !== number) return;
      const own = found.files.filter(({ format }) => format === file.format);
      fill(bar(`${found.document}, ${found.place}`), ...(own.length ? own.map(({ name, text }) => code(name, text))
        : [el("p", { class: "hint" }, "This file is not a text. The other tabs show what is in it.")]));
    });
  }

  const show = {
    article: () => showArticle("article", (found) => story(found.article)),
    fields: () => showArticle("fields", (found) => fieldTable(found.fields, formats)),
    source: () => showArticle("source", (found) => ledgerTable(found.ledger)),
    file: () => showFile(chosen),
  };

  /** Fill a panel. A problem is shown in it, below the bar. */
  async function guarded(panel, bar, act) {
    panel.setAttribute("aria-busy", "true");
    try {
      await act();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      const notice = el("p", { class: "notice fault", role: "alert" }, `${error.title}. ${sentence(error.detail)}`);
      panel.replaceChildren(...[bar(), notice].filter(Boolean));
    } finally {
      panel.removeAttribute("aria-busy");
    }
  }

  // The tabs look up their panels in the document, which has them after this task.
  queueMicrotask(() => {
    choose = tabs(list, (to) => {
      showing = show[to.id.replace("preview-tab-", "")]();
    });
    choose(list.querySelector("[role=tab]"));
  });
  return {
    element,
    open(file) {
      chosen = file;
      choose(list.querySelector("#preview-tab-file"));
      list.querySelector("#preview-tab-file").focus({ preventScroll: true });
      // A page that is still short cannot scroll.
      showing.then(() => element.scrollIntoView({ block: "start" }));
    },
  };
}

const pagerButton = (by, text, off, act) =>
  el("button", { type: "button", class: "quiet", "data-by": by, disabled: off, "aria-label": text, onclick: act }, icon(by < 0 ? "back" : "next"));
