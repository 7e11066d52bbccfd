// The columns of a table, or the keys of JSON: which field each states, and how the table is read.

import { byId, el, newId, say } from "./dom.js";
import { breakable } from "./fields.js";
import { whatIs } from "./inspect.js";
import { label, sentence } from "./words.js";

const TEXT = "paragraphs";
const IN_ITS_PLACE = ["media", "groups", "status", "signal", "signals"];
/** The first files among which a table is looked for. */
const LOOKED_AT = 20;
/** Milliseconds before a pasted document is looked at. */
const PAUSE = 300;
/** Columns that a link of the keyboard passes. */
const MANY = 4;
const DATES = ["published", "modified", "embargoed", "expires", "first_created", "version_created"];
const NUMERIC = /^\s*(\d{1,2})([/-])(\d{1,2})\2\d{4}\b/;
const TIME = /\d{1,2}:\d\d/;
const ZONED = /(?:Z|UTC|GMT|[+-]\d\d:?\d\d)\s*$/;
const ENCODINGS = {
  "utf-8": "UTF-8", cp1252: "Western (windows-1252)", cp1250: "Central European (windows-1250)",
  cp1251: "Cyrillic (windows-1251)", "iso8859-2": "Central European (ISO 8859-2)", "mac-roman": "Old Macintosh",
};
const DELIMITERS = { ",": "Comma", ";": "Semicolon", "\t": "Tab", "|": "Vertical bar" };
const ORDERS = { "day-first": "The day first", "month-first": "The month first" };

/** The name of a field, as Details calls it. */
const fieldName = (field) => ({ [TEXT]: "Text", description: "Standfirst" })[field] ?? label(field);

/**
 * @param {string[]} fields the fields that a column can state
 * @param {() => void} onChange
 */
export function columns(fields, onChange) {
  const box = byId("columns");
  let looked = [];
  let file = null;
  let head = null;
  let chosen = new Map();
  let stated = {};
  let kept = {};
  let turn = 0;
  let selects = new Map();
  let unsure = new Map();
  let wanting = null;
  let facts = null;
  let shownFacts = "";
  let looking = Promise.resolve();

  /** What must be given so that the service finds the chosen columns: by field, "" for none. */
  function given() {
    if (!head) return {};
    const wanted = Object.fromEntries([...chosen].filter(([, field]) => field).map(([column, field]) => [field, column]));
    const made = Object.fromEntries(Object.entries(wanted).filter(([field, column]) =>
      head.columns.find(({ name }) => name === column).field !== field));
    // A column that is left out must not be found by any of its names.
    for (const { name, field, known_for: others } of head.columns) {
      for (const one of [field, ...(chosen.get(name) ? [] : others)]) if (one && !wanted[one]) made[one] = "";
    }
    return made;
  }

  function look(files) {
    if (files.length === looked.length && files.every((one, at) => one === looked[at])) return;
    looked = files;
    looking = find(files, (turn += 1));
  }

  /** Look for the first table among the chosen files. */
  async function find(files, mine) {
    if (files[0]?.name === "pasted") await new Promise((resolve) => setTimeout(resolve, PAUSE));
    if (mine !== turn) return;
    for (const one of files.slice(0, LOOKED_AT)) {
      const what = await whatIs(one);
      if (mine !== turn) return;
      if (what?.table?.columns.length > 1 || what?.table?.keys) {
        await found(one, what.table);
        return;
      }
    }
    await found(null, null);
  }

  async function found(one, table) {
    if (one === file) return;
    if (head) kept = state();
    file = one;
    stated = {};
    if (!file) {
      head = null;
      box.hidden = true;
      return;
    }
    take(table, {});
    await useKept();
  }

  /** Map a table as one with the same columns, such as that of the day before. */
  async function useKept() {
    const names = new Set(head.columns.map(({ name }) => name));
    if (kept.chosen?.length !== names.size || !kept.chosen.every(([name]) => names.has(name))) return;
    const { chosen: pairs, stated: facts_ = {} } = kept;
    if (["encoding", "delimiter"].some((name) => facts_[name])) await read(facts_);
    stated = facts_;
    for (const [column, field] of pairs) if (chosen.has(column)) chosen.set(column, field);
    unsure.clear();
    show();
  }

  function take(table, guess) {
    head = { ...table, guessed: table.guessed || Boolean(guess.guessed) };
    chosen = new Map(head.columns.map(({ name, field, guess: likely }) => [name, field ?? likely ?? ""]));
    unsure = new Map(head.columns.filter((one) => !one.field && one.guess).map((one) => [one.name, one.guess]));
    show();
  }

  /** Read the table with other options. */
  async function read(options = stated) {
    const { encoding, delimiter } = options;
    const mine = (turn += 1);
    const what = await whatIs(file, { ...(encoding && { encoding }), ...(delimiter && { delimiter }) });
    if (mine !== turn || !what?.table) return;
    take(what.table, head);
  }

  function show() {
    const rows = head.columns.filter(({ name }) => !name.startsWith("@"));
    const called = !looked.includes(file) || file.name === "pasted" ? "the pasted text" : head.name ?? file.name;
    const held = box.contains(document.activeElement) ? document.activeElement.closest("[data-read]")?.dataset.read : "";
    selects = new Map();
    wanting = el("strong", {}, " Choose the one that has the text.");
    facts = el("div", { class: "parts" });
    shownFacts = "";
    box.replaceChildren(...[
      el("h3", {}, `${head.keys ? "Keys" : "Columns"} of ${called}`),
      el("p", { class: "hint" }, `The field that each ${head.keys ? "key" : "column"} states, in all chosen files.`,
        head.keys && " A key that is not mapped is read by its own name where newsmill knows it.",
        unsure.size > 0 && " A guess is made from the name or the values: check it.",
        wanting),
      rows.length >= MANY && el("p", { class: "passing" }, el("a", { class: "pass", href: "#formats" }, `Skip the ${head.keys ? "keys" : "columns"}, to Formats`)),
      el("div", { class: "scroll", role: "region", "aria-label": "Which field each column states" },
        el("table", { role: "table" },
          el("thead", { role: "rowgroup" }, el("tr", { role: "row" },
            [head.keys ? "Key" : "Column", "Field", "First values"].map((text) => el("th", { scope: "col", role: "columnheader" }, text)))),
          el("tbody", { role: "rowgroup" }, rows.map(row)))),
      facts,
    ].filter(Boolean));
    box.hidden = false;
    refresh();
    if (held) box.querySelector(`[data-read="${held}"] :is(input, select)`)?.focus();
  }

  /** Show what is chosen. The lists stay the same elements: a list that is replaced would lose the keys that are typed in it. */
  function refresh() {
    for (const [name, select] of selects) {
      select.value = chosen.get(name) ?? "";
      select.closest("tr").classList.toggle("left", !select.value);
      select.nextSibling.hidden = unsure.get(name) !== select.value;
    }
    wanting.hidden = hasText() || isWithoutText();
    const made = options();
    const said = made.map((one) => one.dataset.read + one.querySelector("label").textContent).join();
    if (said !== shownFacts) facts.replaceChildren(...made);
    shownFacts = said;
    onChange();
  }

  const hasText = () => [...chosen.values()].includes(TEXT);
  /** Whether articles in JSON state what an article may have in place of a text. */
  const isWithoutText = () => head.keys && [...chosen.values()].some((field) => IN_ITS_PLACE.includes(field));

  function row({ name, values }) {
    const select = el("select", { "aria-label": `Field of ${name}`, onchange: (event) => choose(name, event.target.value), onblur: () => settle(name) },
      el("option", { value: "" }, head.keys ? "Not mapped" : "Left out"),
      [...new Set([...fields, ...(chosen.get(name) ? [chosen.get(name)] : [])])].map((field) => el("option", { value: field, selected: chosen.get(name) === field }, fieldName(field))));
    selects.set(name, select);
    const some = values.map((value) => value.trim()).filter(Boolean).slice(0, 2);
    return el("tr", { role: "row", class: chosen.get(name) ? null : "left" },
      el("th", { scope: "row", role: "rowheader", dir: "auto" }, breakable(name)), el("td", { role: "cell" }, select, el("p", { class: "hint" }, "A guess")),
      el("td", { role: "cell", class: "value", dir: "auto" }, some.map((value) => el("div", {}, value.length > 60 ? `${value.slice(0, 60)} …` : value))));
  }

  function choose(name, field) {
    chosen.set(name, field);
    unsure.delete(name);
    refresh();
  }

  /** A field is stated by one column. While a name is typed in a list, each field on the way is chosen for a moment. */
  function settle(name) {
    const field = chosen.get(name);
    for (const [column, other] of chosen) if (field && other === field && column !== name) chosen.set(column, "");
    refresh();
  }

  const ofDates = () => head.columns.filter(({ name }) => DATES.includes(chosen.get(name)));

  /** The order of day and month that the dates prove together; "" if it is open, null if there is nothing to tell. */
  function dayOrder() {
    const orders = new Set(ofDates().map((column) => column.day_order).filter(Boolean));
    if (!orders.size) return null;
    orders.delete("open");
    return orders.size === 1 ? [...orders][0] : "";
  }

  /** The facts about a table that it does not state itself. */
  function options() {
    const dates = ofDates().flatMap(({ values }) => values);
    const numeric = dates.map((value) => NUMERIC.exec(value)).filter((match) => match && match[1] !== match[3]);
    return [
      head.guessed && choice("encoding", "Encoding", ENCODINGS, head.encoding, "The table does not state it.", read),
      head.delimiter && choice("delimiter", "Between two cells", DELIMITERS, head.delimiter, "", read),
      dayOrder() === "" && choice("dates", numeric.length ? `In ${numeric[0][0].trim()}` : "Day and month", { "": "Choose", ...ORDERS }, stated.dates ?? "", "The dates do not show which is first, the day or the month.", () => say(box.querySelector("[data-read=dates] .field-fault"), "")),
      dates.some((value) => TIME.test(value) && !ZONED.test(value)) && zone(),
    ].filter(Boolean);
  }

  function choice(name, title, choices, value, hint, then) {
    return field(name, title, hint, el("select", { onchange: (event) => { set(name, event.target.value); then(); onChange(); } },
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

  const state = () => (head ? { chosen: [...chosen], stated, keys: head.keys } : kept);

  return {
    look,
    /** Say that no column is chosen for the text, and return the element to focus; null if one is. */
    missing() {
      return head && !hasText() && !isWithoutText() ? selects.values().next().value : null;
    },
    /** Wait until the columns of the chosen files are known. */
    known: () => looking,
    /** The columns as metadata states them: {headline: "@Titel"}. */
    metadata: () => Object.fromEntries(Object.entries(given()).map(([field, column]) => [field, `@${column}`])),
    /** The reading options that are stated. An encoding that is shown as guessed counts, but not for other files. */
    reading() {
      if (!head) return {};
      const { dates, ...others } = stated;
      const order = dayOrder() === "" ? dates : head.keys && dayOrder();
      return { ...(head.guessed && looked.length === 1 && { encoding: head.encoding }), ...others, ...(order && { dates: order }) };
    },
    /** Say that the order of day and month must be chosen; return its element, null if there is nothing to choose. */
    openOrder() {
      if (!head || dayOrder() !== "" || stated.dates) return null;
      return this.fault(["options", "dates"], "Choose which is first, the day or the month.");
    },
    state,
    /** The columns of a table that are left out by choice. A key that is not mapped may still be read. */
    leftOut() {
      const { chosen: pairs = [], keys } = state();
      return keys ? [] : pairs.filter(([, field]) => !field).map(([column]) => column);
    },
    restore(state) {
      kept = state;
      // The file may be there already.
      if (head) useKept();
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
