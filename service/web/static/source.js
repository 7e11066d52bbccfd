// The source of a job: files, a text, or seed articles.

import { announce, byId, cut, el, say } from "./dom.js";
import { keepFiles, readFiles } from "./draft.js";
import { dropAnywhere } from "./drop.js";
import { icon } from "./icons.js";
import { tabs } from "./tabs.js";
import { count, counted, sentence, size } from "./words.js";

const MANY_SEEDS = 8;
const SHOWN_SEEDS = 200;
const SHOWN_FILES = 8;
const LONGEST_NAME = 200;

/** @param {() => void} onChange */
export function source(onChange) {
  const picked = files(onChange);
  const pasted = text(onChange);
  const seeds = seedList(onChange);
  const parts = { files: picked, text: pasted, seeds };
  let current = "files";
  const chooseTab = tabs(byId("source-tabs"), (tab) => {
    current = tab.id.replace("tab-", "");
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
    offerSeeds: seeds.offer,
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
    /** The name of a job of this source, as the API takes it. */
    jobName: () => (parts[current].value().name ?? "").replace(/\p{C}+/gu, " ").trim().slice(0, LONGEST_NAME),
    /** Return the pasted text that is converted as one article; "" if the source is another. */
    plainText: () => (current === "text" ? pasted.plain() : ""),
  };
}

function files(onChange) {
  const input = byId("files");
  const list = byId("chosen");
  const fault = byId("files-fault");
  let chosen = [];
  let all = false;
  // The files of each page have a place of their own in the store.
  let key = "";

  function keep() {
    key ||= Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
    keepFiles(key, chosen.map(({ file, path }) => ({ file, path })));
  }

  /** The files that are shown: those with a fault, and the first of the others. */
  function shown() {
    const numbered = chosen.map((one, at) => ({ ...one, at }));
    // One file more takes no more space than the line about it.
    if (all || chosen.length <= SHOWN_FILES + 1) return numbered;
    const wrong = numbered.filter((one) => one.fault);
    const others = numbered.filter((one) => !one.fault).slice(0, Math.max(0, SHOWN_FILES - wrong.length));
    return [...wrong, ...others].sort((one, other) => one.at - other.at);
  }
  function show() {
    const rows = shown();
    const rest = chosen.length - rows.length;
    list.replaceChildren(...[...rows.map(({ file, path, fault: wrong, at }) => el("li", { class: wrong ? "wrong" : null },
      cut(path, { class: "chosen-name" }),
      el("span", { class: "chosen-size" }, size(file.size)),
      el("button", { type: "button", class: "quiet remove", "aria-label": `Remove ${path}`, onclick: () => remove(at) }, icon("remove")),
      wrong && el("p", { class: "field-fault" }, wrong))),
      rest > 0 && el("li", { class: "rest" }, `and ${count(rest)} more`,
        el("button", { type: "button", class: "small", onclick: showAll }, "Show all")),
      chosen.length > SHOWN_FILES && el("li", { class: "rest" }, `${counted(chosen.length, "file")}, ${size(chosen.reduce((sum, one) => sum + one.file.size, 0))}`,
        el("button", { type: "button", class: "small", onclick: removeAll }, "Remove all"))].filter(Boolean));
    byId("drop").classList.toggle("filled", chosen.length > 0);
    onChange();
  }
  function showAll() {
    all = true;
    show();
    list.querySelectorAll("button")[SHOWN_FILES].focus();
  }
  function remove(at) {
    const [gone] = chosen.splice(at, 1);
    keep();
    say(fault, "");
    show();
    announce(`${gone.path} is removed.`);
    (list.querySelectorAll(".remove")[Math.min(at, shown().length - 1)] ?? input).focus();
  }
  function removeAll() {
    chosen = [];
    all = false;
    keep();
    say(fault, "");
    show();
    announce("All files are removed.");
    input.focus();
  }
  function add(given) {
    say(fault, "");
    chosen.push(...given.map((one) => ({ ...one, fault: "" })));
    keep();
    show();
    announce(`${counted(chosen.length, "file")} to convert.`);
  }
  input.addEventListener("change", () => {
    add([...input.files].map((file) => ({ file, path: file.name })));
    input.value = "";
  });
  return {
    wanted: "Choose a file, or drop one here.",
    add,
    value() {
      if (!chosen.length) return {};
      const given = chosen.map((one) => one.file);
      const name = given.length === 1 ? given[0].name : `${given[0].name} and ${counted(given.length - 1, "other")}`;
      return { files: given, name };
    },
    fault([at], detail) {
      const one = chosen[Number(at)];
      if (at === undefined || !one) return say(fault, sentence(detail));
      one.fault = sentence(detail.startsWith(`${one.file.name}: `) ? detail.slice(one.file.name.length + 2) : detail);
      return show();
    },
    focus: () => input,
    clear() {
      say(fault, "");
      for (const one of chosen) one.fault = "";
      show();
    },
    reset() {
      chosen = [];
      all = false;
      keep();
      show();
    },
    given: () => ({ key, number: chosen.length }),
    async restore({ key: known, number }) {
      const found = await readFiles(known);
      // The user was faster.
      if (chosen.length) return;
      key = known;
      chosen = found.map((one) => ({ ...one, fault: "" }));
      show();
      if (!chosen.length && number) say(fault, `The browser did not keep ${number === 1 ? "the file" : "the files"}. Choose ${number === 1 ? "it" : "them"} again.`);
    },
  };
}

function text(onChange) {
  const input = byId("text");
  const fault = byId("text-fault");
  input.addEventListener("input", onChange);
  return {
    wanted: "Write or paste the text of an article.",
    value() {
      const given = input.value;
      if (!given.trim()) return {};
      // The service detects the format of a file.
      if (isDocument(given)) return { files: [new File([given], "pasted")], name: "Pasted document" };
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
    },
    given: () => input.value,
    plain: () => (isDocument(input.value) ? "" : input.value),
    restore(given) {
      input.value = given;
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
    offer,
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
