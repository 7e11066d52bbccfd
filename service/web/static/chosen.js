// The files that are chosen: their list, what each is, and their faults.

import { announce, byId, cut, el, marked, say } from "./dom.js";
import { keepFiles, readFiles } from "./draft.js";
import { isHidden } from "./drop.js";
import { icon } from "./icons.js";
import { kindOf, known, whatIs } from "./inspect.js";
import { count, counted, sentence, size } from "./words.js";

const SHOWN_FILES = 8;

/** @param {() => void} onChange */
export function chosenFiles(onChange) {
  const input = byId("files");
  const folder = byId("folder");
  const list = byId("chosen");
  const fault = byId("files-fault");
  let chosen = [];
  let all = false;
  let items = new Map();
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
    const row = ({ file, path, fault: wrong, at }) => el("li", { class: wrong ? "wrong" : null },
      cut(path, { class: "chosen-name" }),
      el("span", { class: "chosen-size" }, size(file.size)),
      el("button", { type: "button", class: "quiet remove", "aria-label": `Remove ${path}`, onclick: () => remove(at) }, icon("remove")),
      about(file, wrong));
    items = new Map(rows.map((one) => [one.file, row(one)]));
    list.replaceChildren(...[...items.values(),
      rest > 0 && el("li", { class: "rest" }, `and ${count(rest)} more`,
        el("button", { type: "button", class: "small", onclick: showAll }, "Show all")),
      chosen.length > SHOWN_FILES && el("li", { class: "rest" }, `${counted(chosen.length, "file")}, ${size(chosen.reduce((sum, one) => sum + one.file.size, 0))}`,
        el("button", { type: "button", class: "small", onclick: removeAll }, "Remove all"))].filter(Boolean));
    byId("drop").classList.toggle("filled", chosen.length > 0);
    lookAt(rows);
    onChange();
  }
  /** Say what each shown file is, and what to do about one that is not read. */
  async function lookAt(rows) {
    const fresh = rows.slice(0, SHOWN_FILES + 1).filter(({ file }) => known(file) === undefined);
    if (!fresh.length) return;
    for (const { file } of fresh) known(file, null);
    await Promise.all(fresh.map(async ({ file, path }) => {
      const what = await whatIs(file);
      if (!what) return;
      if (!chosen.find((one) => one.file === file)?.fault) items.get(file)?.append(about(file) || "");
      if (what.detail) announce(`${path}: ${sentence(what.detail)}`);
    }));
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
  for (const one of [input, folder]) {
    one.addEventListener("change", () => {
      const given = [...one.files].map((file) => ({ file, path: file.webkitRelativePath || file.name }));
      const seen = one === folder
        ? given.filter(({ path }) => !path.split("/").some(isHidden)).sort((a, b) => a.path.localeCompare(b.path, undefined, { numeric: true }))
        : given;
      if (seen.length) add(seen);
      else if (given.length) say(fault, "The folder has no files.");
      one.value = "";
    });
  }
  byId("folder-choose").addEventListener("click", () => folder.click());
  return {
    wanted: "Choose a file, or drop one here.",
    add,
    value() {
      if (!chosen.length) return {};
      const given = chosen.map((one) => one.file);
      const folders = new Set(chosen.map(({ path }) => (path.includes("/") ? path.split("/")[0] : "")));
      const [inOne] = folders.size === 1 ? folders : [""];
      const name = given.length === 1 ? given[0].name : inOne || `${given[0].name} and ${counted(given.length - 1, "other")}`;
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

/** The line about a file: its fault, or what it is. */
function about(file, wrong) {
  const what = known(file);
  if (wrong || what?.detail) return el("p", { class: "field-fault" }, marked(wrong || sentence(what.detail)));
  const said = what && kindOf(what);
  return said && el("p", { class: "chosen-kind" }, said);
}
