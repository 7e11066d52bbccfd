// The columns of a table, or the keys of JSON: which field each states, and how the table is read.

import { byId, el, newId, say } from "./dom.js";
import { readHead } from "./table_head.js";
import { label, sentence } from "./words.js";

const TEXT = "paragraphs";
const DATES = ["published", "modified", "embargoed", "expires", "first_created", "version_created"];
const NUMERIC = /^\s*(\d{1,2})[./-](\d{1,2})[./-](?:\d{4}|\d{2})\b/;
const TIME = /\d{1,2}:\d\d/;
const ZONED = /(?:Z|UTC|GMT|[+-]\d\d:?\d\d)\s*$/;
const ENCODINGS = {
  "utf-8": "UTF-8", "windows-1252": "Western (windows-1252)", "windows-1250": "Central European (windows-1250)",
  "windows-1251": "Cyrillic (windows-1251)", "iso-8859-2": "Central European (ISO 8859-2)", macintosh: "Old Macintosh",
};
const DELIMITERS = { ",": "Comma", ";": "Semicolon", "\t": "Tab", "|": "Vertical bar" };
const ORDERS = { "day-first": "The day first", "month-first": "The month first" };

const plainName = (name) => name.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "");
const fieldName = (field) => (field === TEXT ? "Text" : label(field));

/**
 * @param {Record<string, string[]>} names the names of columns by which each field is known, the best first
 * @param {() => void} onChange
 */
export function columns(names, onChange) {
  const box = byId("columns");
  let file = null;
  let head = null;
  let chosen = new Map();
  let stated = {};
  let kept = {};
  let alone = true;

  /** The column of each field, as the service finds them beside those that are given. */
  function find(given) {
    const plain = head.columns.map(({ name }) => plainName(name));
    const found = {};
    const taken = new Set();
    for (const [field, column] of Object.entries(given)) {
      if (!column) continue;
      found[field] = column;
      taken.add(head.columns.findIndex(({ name }) => name === column));
    }
    for (const [field, known] of Object.entries(names)) {
      if (field in given) continue;
      for (const name of known) {
        const at = plain.findIndex((one, number) => one === name && !taken.has(number));
        if (at < 0) continue;
        found[field] = head.columns[at].name;
        taken.add(at);
        break;
      }
    }
    return found;
  }

  /** What must be given so that the service finds the chosen columns: by field, "" for none. */
  function given() {
    if (!head) return {};
    const wanted = Object.fromEntries([...chosen].filter(([, field]) => field).map(([column, field]) => [field, column]));
    const made = {};
    for (;;) {
      const found = find(made);
      const wrong = [...new Set([...Object.keys(found), ...Object.keys(wanted)])].filter((field) => (found[field] ?? "") !== (wanted[field] ?? ""));
      if (!wrong.length) return made;
      for (const field of wrong) made[field] = wanted[field] ?? "";
    }
  }

  /** Look into the table that is chosen, if there is one. */
  async function look(files, next) {
    alone = files.length === 1;
    if (next === file) return;
    file = next;
    head = null;
    stated = {};
    box.hidden = true;
    if (!file) return;
    const known = kept.name === file.name && kept.size === file.size ? kept : {};
    stated = known.stated ?? {};
    await read();
    if (head && known.chosen) {
      for (const [column, field] of known.chosen) if (chosen.has(column)) chosen.set(column, field);
      show();
    }
  }

  async function read() {
    const wanted = file;
    const found = await readHead(wanted, stated);
    if (wanted !== file) return;
    head = found.columns.length > 1 || found.json ? found : null;
    if (!head?.columns.length) {
      head = null;
      box.hidden = true;
      return;
    }
    chosen = new Map(head.columns.map(({ name }) => [name, ""]));
    for (const [field, column] of Object.entries(find({}))) chosen.set(column, field);
    show();
  }

  function show() {
    const rows = head.columns.filter(({ name }, at) => name && !name.startsWith("@") && head.columns.findIndex((one) => one.name === name) === at);
    box.replaceChildren(
      el("h3", {}, `${head.json ? "Keys" : "Columns"} of ${file.name}`),
      el("p", { class: "hint" }, `The field that each ${head.json ? "key" : "column"} states, in all chosen files.`,
        head.json && " A key that is not mapped is read by its own name where newsmill knows it.",
        ![...chosen.values()].includes(TEXT) && el("strong", {}, " Choose the one that has the text.")),
      el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Which field each column states" },
        el("table", { role: "table" },
          el("thead", { role: "rowgroup" }, el("tr", { role: "row" },
            [head.json ? "Key" : "Column", "Field", "First values"].map((text) => el("th", { scope: "col", role: "columnheader" }, text)))),
          el("tbody", { role: "rowgroup" }, rows.map(row)))),
      el("div", { class: "parts" }, options()));
    box.hidden = false;
    onChange();
  }

  function row({ name, values }) {
    const select = el("select", { "aria-label": `Field of ${name}`, onchange: (event) => choose(name, event.target.value) },
      el("option", { value: "" }, head.json ? "Not mapped" : "Left out"),
      Object.keys(names).map((field) => el("option", { value: field, selected: chosen.get(name) === field }, fieldName(field))));
    const some = values.map((value) => value.trim()).filter(Boolean).slice(0, 2);
    return el("tr", { role: "row", class: chosen.get(name) ? null : "left" },
      el("th", { scope: "row", role: "rowheader", dir: "auto" }, name), el("td", { role: "cell" }, select),
      el("td", { role: "cell", class: "value", dir: "auto" }, some.map((value) => el("div", {}, value.length > 60 ? `${value.slice(0, 60)} …` : value))));
  }

  function choose(name, field) {
    for (const [column, other] of chosen) if (field && other === field) chosen.set(column, "");
    chosen.set(name, field);
    show();
    box.querySelector(`[aria-label="${CSS.escape(`Field of ${name}`)}"]`).focus();
  }

  /** The facts about a table that it does not state itself. */
  function options() {
    const dates = head.columns.filter(({ name }) => DATES.includes(chosen.get(name))).flatMap(({ values }) => values);
    const numeric = dates.map((value) => NUMERIC.exec(value)).filter(Boolean);
    const proven = numeric.some(([, one, other]) => Number(one) > 12 || Number(other) > 12);
    return [
      head.guessed && choice("encoding", "Encoding", ENCODINGS, stated.encoding ?? head.encoding, "The table does not state it.", read),
      !head.json && choice("delimiter", "Between two cells", DELIMITERS, head.delimiter, "", read),
      numeric.length > 0 && !proven && choice("dates", `In ${numeric[0][0].trim()}`, { "": "Choose", ...ORDERS }, stated.dates ?? "", "No date of the table proves the order of day and month.", onChange),
      dates.some((value) => TIME.test(value) && !ZONED.test(value)) && zone(),
    ].filter(Boolean);
  }

  function choice(name, title, choices, value, hint, then) {
    return field(name, title, hint, el("select", { onchange: (event) => { set(name, event.target.value); then(); } },
      Object.entries(choices).map(([one, text]) => el("option", { value: one, selected: one === value }, text))));
  }

  const zone = () => field("zone", "Time zone", `The times state none. For example ${Intl.DateTimeFormat().resolvedOptions().timeZone}.`,
    el("input", { type: "text", autocomplete: "off", value: stated.zone ?? "", oninput: (event) => { set("zone", event.target.value.trim()); onChange(); } }));

  function field(name, title, hint, input) {
    const id = newId(`read-${name}`);
    input.id = id;
    input.setAttribute("aria-describedby", `${id}-hint ${id}-fault`);
    return el("div", { class: "field", "data-read": name }, el("label", { for: id }, title), input,
      el("p", { class: "hint", id: `${id}-hint`, hidden: !hint }, hint), el("p", { class: "field-fault", id: `${id}-fault`, hidden: true }));
  }

  function set(name, value) {
    if (value) stated[name] = value;
    else delete stated[name];
  }

  return {
    look,
    /** The columns as metadata states them: {headline: "@Titel"}. */
    metadata: () => Object.fromEntries(Object.entries(given()).map(([field, column]) => [field, `@${column}`])),
    /** The reading options that are stated. An encoding that is shown as guessed counts, but not for other files. */
    reading: () => (head ? { ...(head.guessed && alone && { encoding: head.encoding }), ...stated } : {}),
    state: () => (head ? { name: file.name, size: file.size, chosen: [...chosen], stated } : kept),
    restore(state) {
      kept = state;
    },
    fault([, name], detail) {
      const element = box.querySelector(`[data-read="${name}"]`);
      if (!element) return null;
      say(element.querySelector(".field-fault"), sentence(detail));
      return element.querySelector("input, select");
    },
    clear() {
      for (const one of box.querySelectorAll(".field-fault")) say(one, "");
    },
  };
}
