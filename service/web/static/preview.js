// What a finished job has in it: the article, its fields, its files. Of a large file only the first part is loaded.

import { ask, getJson, Problem } from "./api.js";
import { el } from "./dom.js";
import { fieldTable } from "./fields.js";
import { isZip } from "./files.js";
import { icon } from "./icons.js";
import { itemsOf } from "./items.js";
import { sheet } from "./sheet.js";
import { story } from "./story.js";
import { tabs } from "./tabs.js";
import { foldAll, tree } from "./tree.js";
import { count, sentence, size } from "./words.js";

export const PREVIEWED = 128 * 1024;

let places = null;

/**
 * @param {object} job that has files
 * @param {object[]} formats as GET /v1/formats has them
 * @returns {{element: HTMLElement, open: (file: object) => void}}
 */
export function preview(job, formats) {
  const readable = job.files.filter((file) => !isZip(file));
  if (!readable.length) {
    const text = "The files are zips of many. Download one to see what is in it.";
    return { element: el("p", { class: "hint" }, text), open: () => {} };
  }
  const loaded = new Map();
  const panels = ["article", "fields", "file"].map((name) =>
    el("div", { role: "tabpanel", id: `preview-${name}`, "aria-labelledby": `preview-tab-${name}`, class: `panel-${name}`, hidden: true }));
  const [articlePanel, fieldsPanel, filePanel] = panels;
  const list = el("div", { class: "tabs", role: "tablist", "aria-labelledby": "preview-heading" },
    [["article", "Article"], ["fields", "Where each field went"], ["file", "File by file"]].map(([name, text]) =>
      el("button", { type: "button", role: "tab", id: `preview-tab-${name}`, "aria-controls": `preview-${name}` }, text)));
  const element = el("section", { class: "preview", "aria-labelledby": "preview-heading" },
    el("h2", { id: "preview-heading" }, "Preview"), list, panels);
  let choose = null;
  let chosen = readable[0];
  let number = 0;
  let tab = "";
  let showing = Promise.resolve();

  /** The first part of a file, as text. */
  function load(file) {
    if (!loaded.has(file.name)) {
      const cut = file.size > PREVIEWED;
      // A request that names the ETag is answered by the service itself, and never sent on to a store elsewhere, which
      // the page may not ask.
      const headers = { Range: `bytes=0-${PREVIEWED - 1}`, "If-Range": `"${file.sha256}"` };
      const loading = ask(file.href, { headers }).then(async (answer) => {
        const bytes = await answer.arrayBuffer();
        // Streaming, so that a character that is cut in two is left out.
        return { name: file.name, cut, size: file.size, text: new TextDecoder().decode(bytes.slice(0, PREVIEWED), { stream: cut }) };
      });
      loading.catch(() => loaded.delete(file.name));
      loaded.set(file.name, loading);
    }
    return loaded.get(file.name);
  }

  /** The articles at the beginning of each format: {formatId: items}, and whether there are more. */
  async function articles() {
    const made = {};
    let cut = false;
    for (const format of formats) {
      const own = readable.filter((file) => file.format === format.id);
      const first = own.find((file) => file.name.startsWith("articles"));
      if (!first) continue;
      const also = own.find((file) => file.name === first.name.replace("articles", "paragraphs") && file !== first);
      const files = await Promise.all([first, also].filter(Boolean).map(load));
      cut ||= files.some((file) => file.cut);
      made[format.id] = itemsOf(format.id, files);
    }
    return { made, cut };
  }

  async function withArticle(panel, render) {
    const { made, cut } = await articles();
    const lists = Object.values(made);
    const many = Math.min(...lists.map((items) => items.length));
    if (!lists.length || many < 1) {
      panel.replaceChildren(el("p", { class: "hint" }, "The first article is too large to be shown here. Download the files to see it."));
      return;
    }
    number = Math.min(number, many - 1);
    const found = Object.fromEntries(Object.entries(made).map(([id, items]) => [id, items[number]]));
    const total = job.files.find((file) => file.name.startsWith("articles"))?.articles ?? many;
    panel.replaceChildren(...pager(many, total, cut, panel), render(found));
  }

  function pager(many, total, cut, panel) {
    if (total <= 1) return [];
    const go = (by) => () => {
      number += by;
      show[tab]().then(() => panel.querySelector(`[data-by="${by}"]:enabled, [data-by]:enabled`)?.focus());
    };
    const button = (by, text, off) => el("button", {
      type: "button", class: "quiet", "data-by": by, disabled: off, "aria-label": text, onclick: go(by),
    }, icon(by < 0 ? "back" : "next"));
    const limit = many < total && (cut || total > many) ? ` The first ${count(many)} can be looked at here.` : "";
    return [el("div", { class: "preview-bar" },
      el("p", { class: "hint", role: "status" }, `Article ${count(number + 1)} of ${count(total)}.${limit}`),
      el("div", { class: "pager" }, button(-1, "The article before", number === 0), button(1, "The next article", number >= many - 1)))];
  }

  const showArticle = () => guarded(articlePanel, () => withArticle(articlePanel, story));

  const showFields = () => guarded(fieldsPanel, async () => {
    places ??= await getJson(new URL("places.json", import.meta.url).pathname);
    const own = formats.map((format, at) => ({ ...format, ink: (at % 3) + 1 })).filter((format) => job.formats.includes(format.id));
    await withArticle(fieldsPanel, (found) => fieldTable(found, own, places));
  });

  const showFile = (file) => guarded(filePanel, async () => {
    chosen = file;
    const part = await load(file);
    if (chosen !== file) return;
    const { tools, element: shown } = rendered(file, part);
    const kept = filePanel.contains(document.activeElement) && document.activeElement.id === "preview-choice";
    filePanel.replaceChildren(
      el("div", { class: "preview-bar" },
        el("label", { for: "preview-choice", class: "visually-hidden" }, "File to look at"),
        el("select", { id: "preview-choice", onchange: (event) => showFile(readable[event.target.selectedIndex]) },
          readable.map((one) => el("option", { selected: one === file }, one.name))),
        tools),
      ...(part.cut ? [el("p", { class: "hint cut" }, `The first ${size(PREVIEWED)} of ${size(file.size)}. Download it to see the rest.`)] : []),
      shown);
    if (kept) filePanel.querySelector("#preview-choice").focus();
  });

  const show = { article: showArticle, fields: showFields, file: () => showFile(chosen) };

  function rendered(file, part) {
    if (file.media_type.startsWith("text/csv")) return sheet(part.text, part.cut, file.name);
    const kind = file.media_type.includes("xml") ? "xml" : "json";
    const made = tree(part.text, kind);
    const tools = el("div", { class: "folds" },
      el("button", { type: "button", class: "small", onclick: () => foldAll(made, true) }, "Unfold all"),
      el("button", { type: "button", class: "small", onclick: () => foldAll(made, false) }, "Fold all"));
    return { tools, element: el("div", { class: "scroll code", tabindex: "0", role: "region", "aria-label": file.name }, made) };
  }

  async function guarded(panel, act) {
    panel.setAttribute("aria-busy", "true");
    try {
      await act();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      panel.replaceChildren(el("p", { class: "notice fault", role: "alert" }, `${error.title}. ${sentence(error.detail)}`));
    } finally {
      panel.removeAttribute("aria-busy");
    }
  }

  // Once it is in the document, where the tabs find their panels.
  queueMicrotask(() => {
    choose = tabs(list, (to) => {
      tab = to.id.replace("preview-tab-", "");
      showing = show[tab]();
    });
    choose(list.querySelector("[role=tab]"));
  });
  return {
    element,
    open(file) {
      chosen = file;
      choose(list.querySelector("#preview-tab-file"));
      list.querySelector("#preview-tab-file").focus({ preventScroll: true });
      // Once it is there: a short page has nowhere to go.
      showing.then(() => element.scrollIntoView({ block: "start" }));
    },
  };
}
