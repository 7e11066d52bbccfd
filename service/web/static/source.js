// The source of a job: files, a text, or seed articles.

import { byId, el, say, announce } from "./dom.js";
import { icon } from "./icons.js";
import { tabs } from "./tabs.js";
import { counted, sentence, size } from "./words.js";

const MANY_SEEDS = 8;
const SHOWN_SEEDS = 200;

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
  dropAnywhere((dropped) => {
    open("files");
    picked.add(dropped);
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
  };
}

function files(onChange) {
  const input = byId("files");
  const list = byId("chosen");
  const fault = byId("files-fault");
  let chosen = [];

  function show() {
    list.replaceChildren(...chosen.map((one, at) => el("li", { class: one.fault ? "wrong" : null },
      el("span", { class: "chosen-name" }, one.file.name),
      el("span", { class: "chosen-size" }, size(one.file.size)),
      el("button", { type: "button", class: "quiet remove", "aria-label": `Remove ${one.file.name}`, onclick: () => remove(at) }, icon("remove")),
      one.fault && el("p", { class: "field-fault" }, one.fault))));
    byId("drop").classList.toggle("filled", chosen.length > 0);
    onChange();
  }
  function remove(at) {
    const [gone] = chosen.splice(at, 1);
    say(fault, "");
    show();
    announce(`${gone.file.name} is removed.`);
    (list.querySelectorAll("button")[Math.min(at, chosen.length - 1)] ?? input).focus();
  }
  function add(given) {
    say(fault, "");
    chosen.push(...[...given].map((file) => ({ file, fault: "" })));
    show();
    announce(`${counted(chosen.length, "file")} to convert.`);
  }
  input.addEventListener("change", () => {
    add(input.files);
    input.value = "";
  });
  return {
    wanted: "Choose a file, or drop one here.",
    add,
    value() {
      if (!chosen.length) return {};
      const all = chosen.map((one) => one.file);
      const name = all.length === 1 ? all[0].name : `${all[0].name} and ${counted(all.length - 1, "other")}`;
      return { files: all, name };
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
      show();
    },
  };
}

/** Accept files that are dropped anywhere on the page. */
function dropAnywhere(onDrop) {
  const holdsFiles = (event) => event.dataTransfer?.types.includes("Files");
  const lit = (on) => byId("drop").classList.toggle("over", on);
  addEventListener("dragover", (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = byId("compose").hidden ? "none" : "copy";
    lit(true);
  });
  addEventListener("dragleave", (event) => event.relatedTarget ?? lit(false));
  addEventListener("drop", (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    lit(false);
    if (byId("compose").hidden) return;
    const entries = [...event.dataTransfer.items].map((item) => [item.webkitGetAsEntry?.(), item.getAsFile()]);
    const folder = entries.find(([entry]) => entry?.isDirectory)?.[0];
    const dropped = entries.filter(([entry, file]) => file && !entry?.isDirectory).map(([, file]) => file);
    if (dropped.length) onDrop(dropped);
    if (folder) say(byId("files-fault"), `“${folder.name}” is a folder. Drop the files in it, or the folder as a .zip.`);
  });
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
      if (/^\s*[{[<]/.test(given)) return { files: [new File([given], "pasted")], name: "Pasted document" };
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
  };
}

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
      el("input", { type: "checkbox", id: "seed-all", onchange: (event) => chooseAll(event.target.checked, list) }),
      el("label", { for: "seed-all" }, `All ${counted(seeds.length, "seed article")}`));
    const finding = el("div", { class: "field" }, el("label", { for: "seed-search" }, "Find by name"), search);
    box.replaceChildren(...(seeds.length > MANY_SEEDS ? [finding] : []), ...(seeds.length > 1 ? [every] : []), list, more);
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
