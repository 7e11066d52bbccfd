// The source of a job: files, a text, or seed articles.

import { getJson, Problem } from "./api.js";
import { chosenFiles } from "./chosen.js";
import { byId, el, say } from "./dom.js";
import { dropAnywhere } from "./drop.js";
import { isRead, known, whatIs } from "./inspect.js";
import { tabs } from "./tabs.js";
import { counted, sentence, size } from "./words.js";

const MANY_SEEDS = 8;
const SHOWN_SEEDS = 200;
const LONGEST_NAME = 200;
/** Milliseconds after the last key before a text is looked at. */
const WAIT = 400;

/** @param {() => void} onChange */
export function source(onChange) {
  const picked = chosenFiles(onChange);
  const pasted = text(onChange);
  const seeds = seedList(onChange);
  const parts = { files: picked, text: pasted, seeds };
  let current = "files";
  const chooseTab = tabs(byId("source-tabs"), (tab) => {
    current = tab.id.replace("tab-", "");
    if (current === "seeds") seeds.load();
    onChange();
  });
  const open = (name) => chooseTab(byId(`tab-${name}`));
  open("files");
  dropAnywhere({
    onDrop(dropped) {
      open("files");
      picked.add(dropped);
    },
    onFault(detail) {
      open("files");
      picked.fault([], detail);
    },
  });
  return {
    /** Return {files, name} to upload, {source, name} for a JSON request, or {} if there is no source. */
    value: () => parts[current].value(),
    /** Say that the source is missing, and return the element to focus. */
    missing() {
      const part = parts[current];
      part.fault([], part.wanted);
      return part.focus();
    },
    fault([kind, ...tail], detail) {
      const name = kind === "file" ? "files" : kind;
      if (!parts[name]) return null;
      open(name);
      parts[name].fault(tail, detail);
      return parts[name].focus();
    },
    clear() {
      for (const part of Object.values(parts)) part.clear();
    },
    reset() {
      picked.reset();
      pasted.reset();
    },
    /** What is kept of the source in a draft, beside the files. */
    state: () => ({ tab: current, text: pasted.given(), seeds: seeds.given(), files: picked.given() }),
    /** @param {object} state of an earlier page; its files are read from the store */
    async restore({ tab, text, seeds: names, files: paths }) {
      pasted.restore(text ?? "");
      seeds.restore(names ?? []);
      if (parts[tab]) open(tab);
      if (paths?.key) await picked.restore(paths);
    },
    setText: pasted.restore,
    /** The name of a job of this source, as the API takes it. A pasted text is called by its headline, if it has one. */
    jobName: (headline) => ((pasted.plain() && current === "text" && headline) || (parts[current].value().name ?? "")).replace(/\p{C}+/gu, " ").trim().slice(0, LONGEST_NAME),
    /** Return the pasted text that is converted as one article; "" if the source is another. */
    plainText: () => (current === "text" ? pasted.plain() : ""),
  };
}

function text(onChange) {
  const input = byId("text");
  const fault = byId("text-fault");
  const box = byId("text-read");
  let pasted = null;
  let timer = 0;
  let asProse = false;

  /** Ask what a text of several lines is: a table that is copied from a spreadsheet, a mail, a wire. */
  function look() {
    clearTimeout(timer);
    const given = input.value;
    if (pasted && pasted.text !== given) pasted = null;
    if (!/\S\s*\n\s*\S/.test(given)) asProse = false;
    else if (!pasted) timer = setTimeout(() => ask(given), WAIT);
    show();
  }
  async function ask(given) {
    const file = new File([given], "pasted.txt");
    const what = await whatIs(file);
    if (input.value !== given || !isRead(what) || what.format === "text") return;
    pasted = { text: given, file: new File([given], "pasted"), what };
    known(pasted.file, what);
    show();
    onChange();
  }
  function show() {
    box.hidden = !pasted;
    if (!pasted) return;
    say(byId("text-read-as"), asProse ? "This is read as plain text." : `This is read as ${pasted.what.name}.`);
    byId("text-read-other").textContent = asProse ? `Read it as ${pasted.what.name}` : "Read it as plain text";
  }
  /** The pasted document, if the text is one. */
  const file = () => {
    const given = input.value;
    if (pasted?.text === given) return asProse ? null : pasted.file;
    if (!isDocument(given)) return null;
    pasted = null;
    document_ = document_?.text === given ? document_ : { text: given, file: new File([given], "pasted") };
    return document_.file;
  };
  let document_ = null;
  input.addEventListener("input", () => {
    look();
    onChange();
  });
  byId("text-read-other").addEventListener("click", () => {
    asProse = !asProse;
    show();
    onChange();
  });
  return {
    wanted: "Write or paste the text of an article.",
    value() {
      const given = input.value;
      if (!given.trim()) return {};
      const found = file();
      // The service detects the format of a file.
      if (found) return { files: [found], name: `Pasted ${pasted?.what.table ? "table" : "document"}` };
      return { source: { text: given }, name: beginning(given) };
    },
    fault(_tail, detail) {
      say(fault, sentence(detail));
      input.setAttribute("aria-invalid", "true");
    },
    focus: () => input,
    clear() {
      say(fault, "");
      input.removeAttribute("aria-invalid");
    },
    reset() {
      input.value = "";
      look();
    },
    given: () => input.value,
    plain: () => (file() ? "" : input.value),
    restore(given) {
      input.value = given;
      look();
      onChange();
    },
  };
}

/** Whether a text is a document of a format, such as JSON or XML. */
const isDocument = (given) => /^\s*[{[<]/.test(given);

/** Return the first words of a text, without its date. */
function beginning(given) {
  const line = given.trim().replace(/^date \d{4}-\d\d-\d\d\s+/, "").split("\n")[0];
  return line.length > 60 ? `${line.slice(0, 60).replace(/\s+\S*$/, "")} …` : line;
}

function seedList(onChange) {
  const box = byId("seeds");
  const fault = byId("seeds-fault");
  const chosen = new Set();
  let all = [];
  let loading = false;

  /** Load the seeds when they are first looked at. */
  async function load() {
    if (loading) return;
    loading = true;
    try {
      offer((await getJson("/v1/seeds")).seeds);
      onChange();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      loading = false;
      box.replaceChildren(el("p", { class: "notice fault" }, `${error.title}. ${sentence(error.detail)}`),
        el("button", { type: "button", class: "small", onclick: load }, "Try again"));
    }
  }

  function offer(seeds) {
    all = seeds;
    for (const name of chosen) if (!seeds.some((seed) => seed.name === name)) chosen.delete(name);
    if (!seeds.length) {
      box.replaceChildren(el("p", { class: "empty" }, "This service has no seed articles."));
      return;
    }
    const list = el("ul", { class: "seeds", "aria-label": "Seed articles" });
    const more = el("p", { class: "hint" });
    const show = (word) => {
      const found = seeds.filter((seed) => seed.name.toLowerCase().includes(word.toLowerCase()));
      list.replaceChildren(...found.slice(0, SHOWN_SEEDS).map(item));
      say(more, found.length > SHOWN_SEEDS ? `${counted(found.length - SHOWN_SEEDS, "more seed article")}. Find one by its name.` : "");
    };
    const search = el("input", { type: "search", id: "seed-search", oninput: (event) => show(event.target.value) });
    const every = el("div", { class: "check every" },
      el("input", { type: "checkbox", id: "seed-all", checked: chosen.size === seeds.length, onchange: (event) => chooseAll(event.target.checked, list) }),
      el("label", { for: "seed-all" }, `All ${counted(seeds.length, "seed article")}`));
    const about = el("p", { class: "hint" }, "A seed is a text file that this service keeps ready, to try formats with.");
    const finding = el("div", { class: "field" }, el("label", { for: "seed-search" }, "Find by name"), search);
    box.replaceChildren(about, ...(seeds.length > MANY_SEEDS ? [finding] : []), ...(seeds.length > 1 ? [every] : []), list, more);
    show("");
  }
  function chooseAll(on, list) {
    for (const seed of all) on ? chosen.add(seed.name) : chosen.delete(seed.name);
    for (const input of list.querySelectorAll("input")) input.checked = on;
    onChange();
  }
  function item(seed) {
    const id = `seed-${all.indexOf(seed)}`;
    const toggle = (event) => {
      event.target.checked ? chosen.add(seed.name) : chosen.delete(seed.name);
      if (byId("seed-all")) byId("seed-all").checked = chosen.size === all.length;
      onChange();
    };
    return el("li", { class: "check" },
      el("input", { type: "checkbox", id, checked: chosen.has(seed.name), onchange: toggle }),
      el("label", { for: id }, seed.name),
      el("span", { class: "chosen-size" }, size(seed.size)));
  }
  return {
    wanted: "Choose a seed article.",
    load,
    given: () => [...chosen],
    /** Choose seeds by their names, before they are offered. */
    restore(names) {
      for (const name of names) chosen.add(name);
    },
    value() {
      if (!chosen.size) return {};
      const name = chosen.size === 1 ? [...chosen][0] : counted(chosen.size, "seed article");
      return { source: { seeds: chosen.size === all.length && all.length > 1 ? "*" : [...chosen] }, name };
    },
    fault: (_tail, detail) => say(fault, sentence(detail)),
    focus: () => box.querySelector("input") ?? byId("tab-seeds"),
    clear: () => say(fault, ""),
  };
}
