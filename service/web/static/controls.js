// Form controls from JSON Schema.
//
// A control is {element, value(), restore(value), fault(tail, detail), clear()}. `value` returns undefined if the user
// stated nothing; `restore` takes what `value` returned.
// `fault` shows a fault at the part that the tail of a JSON Pointer leads to, and returns the element to focus.

import { writtenDate } from "./dates.js";
import { el, marked, newId, say } from "./dom.js";
import { icon } from "./icons.js";
import { languageList, languageTag } from "./languages.js";
import { label as labelOf, sentence } from "./words.js";

const FEW = 4;
const DATES = ["published", "modified", "expires"];

/**
 * @param {object} given a JSON Schema
 * @param {{name: string, resolve?: (ref: string) => object, required?: boolean, words?: object}} how `resolve`
 *   resolves a `$ref`; `words` overrides labels, hints and the names of choices
 */
export function control(given, how) {
  const schema = plain(given, how.resolve);
  const context = { ...how, schema, title: how.words?.label ?? schema.title ?? labelOf(how.name) };
  if (schema.enum) return schema.enum.length <= FEW && schema.default !== undefined ? radios(context) : choice(context);
  switch (schema.type) {
    case "boolean": return checkbox(context);
    case "integer":
    case "number": return line(context, toNumber, "numeric");
    case "array": return list(context);
    case "object": return schema.properties ? group(context) : mapping(context);
    case "string":
      if (how.name === "language") return language(context);
      if (DATES.includes(how.name)) return date(context);
    // Falls through.
    default: return how.words?.long ? text(context) : line(context, (value) => value);
  }
}

/** Return a schema without references, and without null, which means "not stated". */
export function plain(schema, resolve = () => ({})) {
  if (schema.$ref) return plain(resolve(schema.$ref), resolve);
  const options = schema.anyOf ?? schema.oneOf;
  if (options) {
    const { anyOf, oneOf, ...rest } = schema;
    return { ...plain(options.find((option) => option.type !== "null") ?? {}, resolve), ...rest };
  }
  if (Array.isArray(schema.type)) return { ...schema, type: schema.type.find((type) => type !== "null") };
  return schema;
}

/** The labels of a field in the form, from its group to itself: "Authors, Author 2, Name" */
export function labelsOf(target) {
  if (!target?.closest("#metadata, #formats, #more")) return "";
  const labels = target.type === "radio" || target.matches("fieldset") ? [] : [target.labels?.[0]?.textContent];
  for (let group = target.closest("fieldset"); group; group = group.parentElement.closest("fieldset")) {
    labels.unshift(group.querySelector("legend").textContent);
  }
  const format = target.closest(".format");
  if (format && target !== format.firstElementChild) labels.unshift(format.querySelector("label").textContent);
  return labels.filter(Boolean).join(", ");
}

// A value that is not a number goes to the service unchanged: the service explains the fault.
const toNumber = (value) => (/^[+-]?\d{1,15}$/.test(value.trim()) ? Number(value) : value);

function description({ schema, words }) {
  const examples = schema.examples?.filter((example) => typeof example !== "object");
  const said = words?.hint ?? schema.description;
  if (words?.hint !== undefined || !examples?.length) return said ? sentence(said) : "";
  return `${said ? sentence(said) : ""} For example ${examples.join(" or ")}.`.trim();
}

/** A control with its label above it, and its hint and its fault below it. */
function field(context, input, read) {
  const id = newId(context.name);
  const hint = description(context);
  const fault = el("p", { class: "field-fault", id: `${id}-fault`, hidden: true });
  input.id = id;
  input.setAttribute("aria-describedby", hint ? `${id}-hint ${id}-fault` : `${id}-fault`);
  if (context.required) input.setAttribute("aria-required", "true");
  const element = el("div", { class: "field", "data-field": context.name },
    el("label", { for: id }, context.title),
    input,
    hint && el("p", { class: "hint", id: `${id}-hint` }, marked(hint)),
    fault);
  return {
    element,
    value: () => (input.value.trim() === "" ? undefined : read(input.value)),
    restore(value) {
      input.value = value === undefined ? "" : String(value);
    },
    fault(_tail, detail) {
      say(fault, sentence(detail));
      input.setAttribute("aria-invalid", "true");
      return input;
    },
    clear() {
      say(fault, "");
      input.removeAttribute("aria-invalid");
    },
  };
}

const line = (context, read, mode) =>
  field(context, el("input", {
    type: "text", autocomplete: "off", dir: "auto", inputmode: mode, value: String(context.schema.default ?? ""),
    spellcheck: mode ? "false" : null,
  }), read);

/** A line for a language tag: it offers languages by their names, and makes a tag of a name. */
function language(context) {
  const made = line(context, (value) => languageTag(value));
  const input = made.element.querySelector("input");
  const list = languageList(`${input.id}-list`);
  input.setAttribute("list", list.id);
  input.addEventListener("change", () => {
    input.value = languageTag(input.value);
  });
  made.element.append(list);
  return made;
}

/** A line for a date: a day that is written in another form becomes one of ISO 8601. */
function date(context) {
  const made = line(context, writtenDate);
  const input = made.element.querySelector("input");
  input.addEventListener("change", () => {
    input.value = writtenDate(input.value);
  });
  return made;
}

const text = (context) => field(context, el("textarea", { rows: 3, dir: "auto" }), (value) => value);

const named = (context, value) => context.words?.choices?.[value] ?? String(value);

function choice(context) {
  const { schema } = context;
  const options = schema.enum.filter((value) => value !== null);
  const none = schema.default === undefined && el("option", { value: "" }, "Not stated");
  const select = el("select", {}, none,
    options.map((value) => el("option", { value: String(value), selected: value === schema.default }, named(context, value))));
  const made = field(context, select, (value) => options.find((option) => String(option) === value));
  const read = made.value;
  return {
    ...made,
    value: () => (read() === schema.default ? undefined : read()),
    restore: (value) => made.restore(value ?? schema.default),
  };
}

function radios(context) {
  const { schema, title } = context;
  const id = newId(context.name);
  const hint = description(context);
  const fault = el("p", { class: "field-fault", id: `${id}-fault`, hidden: true });
  const inputs = schema.enum.map((value) => el("input", {
    type: "radio", name: id, id: `${id}-${value}`, value: String(value), checked: value === schema.default,
  }));
  const element = el("fieldset", { class: "field choice", "data-field": context.name, "aria-describedby": `${id}-hint ${id}-fault` },
    el("legend", {}, title),
    el("div", { class: "segments" },
      inputs.map((input, at) => [input, el("label", { for: input.id }, named(context, schema.enum[at]))])),
    el("p", { class: "hint", id: `${id}-hint`, hidden: !hint }, marked(hint)),
    fault);
  const chosen = () => schema.enum[inputs.findIndex((input) => input.checked)];
  return {
    element,
    value: () => (chosen() === schema.default ? undefined : chosen()),
    restore(value) {
      const at = schema.enum.indexOf(value ?? schema.default);
      if (at >= 0) inputs[at].checked = true;
    },
    fault(_tail, detail) {
      say(fault, sentence(detail));
      return inputs.find((input) => input.checked) ?? inputs[0];
    },
    clear: () => say(fault, ""),
  };
}

function checkbox(context) {
  const { schema, title } = context;
  const id = newId(context.name);
  const hint = description(context);
  const fault = el("p", { class: "field-fault", id: `${id}-fault`, hidden: true });
  const input = el("input", { type: "checkbox", id, checked: schema.default === true, "aria-describedby": `${id}-hint ${id}-fault` });
  return {
    element: el("div", { class: "field check", "data-field": context.name },
      input,
      el("label", { for: id }, title),
      el("p", { class: "hint", id: `${id}-hint`, hidden: !hint }, marked(hint)),
      fault),
    value: () => (input.checked === (schema.default === true) ? undefined : input.checked),
    restore(value) {
      input.checked = value ?? schema.default === true;
    },
    fault(_tail, detail) {
      say(fault, sentence(detail));
      return input;
    },
    clear: () => say(fault, ""),
  };
}

/** A fieldset around parts, with a legend, a hint and a fault. */
function frame(context, ...parts) {
  const hint = description(context);
  const fault = el("p", { class: "field-fault", hidden: true });
  const element = el("fieldset", { class: "field group", "data-field": context.name, tabindex: "-1" },
    el("legend", {}, context.title), hint && el("p", { class: "hint" }, marked(hint)), parts, fault);
  const show = (detail) => {
    say(fault, sentence(detail));
    return element;
  };
  return { element, show, clear: () => say(fault, "") };
}

const partsOf = (inner) => el("div", { class: "parts" }, inner.map(([, one]) => one.element));

/** The parts of a value. Those that are rarely stated, if `words.first` names the others, are folded. */
function group(context) {
  const { schema, resolve } = context;
  const inner = Object.entries(schema.properties).map(([name, part]) => [name, control(part, {
    name, resolve, required: schema.required?.includes(name), words: context.words?.parts?.[name],
  })]);
  const { first } = context.words ?? {};
  const isFolded = (name) => Boolean(first) && !first.includes(name);
  const shown = inner.filter(([name]) => !isFolded(name));
  const folded = inner.filter(([name]) => isFolded(name));
  const more = el("details", { class: "fold" },
    el("summary", {}, "More", el("span", { class: "visually-hidden" }, ` about ${context.title}`)),
    partsOf(folded));
  const outer = frame(context, partsOf(shown), folded.length > 0 && more);
  return {
    element: outer.element,
    value() {
      const stated = inner.map(([name, one]) => [name, one.value()]).filter(([, value]) => value !== undefined);
      return stated.length ? Object.fromEntries(stated) : undefined;
    },
    restore(value) {
      for (const [name, one] of inner) one.restore(value?.[name]);
      more.open = folded.some(([, one]) => one.value() !== undefined);
    },
    fault([name, ...tail], detail) {
      const found = inner.find(([known]) => known === name);
      if (isFolded(name)) more.open = true;
      return found ? found[1].fault(tail, detail) : outer.show(detail);
    },
    clear() {
      outer.clear();
      for (const [, one] of inner) one.clear();
    },
  };
}

/** Rows that the user can add and remove; `make` returns the content of a row. */
function rows(context, make, add) {
  const all = [];
  const box = el("div", { class: "rows" });
  const button = el("button", { type: "button", class: "small", onclick: () => append().focusFirst() }, icon("add"), add);
  const outer = frame(context, box, button);

  function append() {
    const row = make(all.length);
    const remove = el("button", { type: "button", class: "quiet remove", "aria-label": `Remove ${row.called}`, onclick: drop }, icon("remove"));
    const element = el("div", { class: "row" }, row.elements, remove);
    row.remove = remove;
    function drop() {
      all.splice(all.indexOf(row), 1);
      element.remove();
      offerRemoval();
      button.focus();
    }
    row.focusFirst = () => element.querySelector("input, select, textarea").focus();
    all.push(row);
    box.append(element);
    offerRemoval();
    return row;
  }
  /** The one row of a list that begins with a row stays. It is emptied. */
  function offerRemoval() {
    for (const { remove } of all) remove.hidden = Boolean(context.words?.begun) && all.length === 1;
  }
  function empty() {
    all.length = 0;
    box.replaceChildren();
  }
  return { ...outer, all, append, empty };
}

function list(context) {
  const item = plain(context.schema.items ?? {}, context.resolve);
  const one = context.words?.one ?? context.title.replace(/s$/, "");
  const made = rows(context, (at) => {
    const called = `${one} ${at + 1}`;
    const inner = control(item, { name: context.name, resolve: context.resolve, words: { ...context.words, label: called, hint: "" } });
    return { called, inner, elements: [inner.element] };
  }, `Add ${one.toLowerCase()}`);
  if (context.words?.begun) made.append();
  // The number in a fault counts the items that were sent: the ones with a value.
  const stated = () => made.all.filter((row) => row.inner.value() !== undefined);
  return {
    element: made.element,
    value: () => (stated().length ? stated().map((row) => row.inner.value()) : undefined),
    restore(value) {
      made.empty();
      for (const inner of value ?? []) made.append().inner.restore(inner);
      if (!made.all.length && context.words?.begun) made.append();
    },
    fault([at, ...tail], detail) {
      const row = stated()[Number(at)];
      return row ? row.inner.fault(tail, detail) : made.show(detail);
    },
    clear() {
      made.clear();
      for (const row of made.all) row.inner.clear();
    },
  };
}

function mapping(context) {
  const value = plain(context.schema.additionalProperties || {}, context.resolve);
  const made = rows(context, (at) => {
    const called = `entry ${at + 1}`;
    const name = control({ type: "string" }, { name: "name", words: { label: "Name" } });
    const inner = control(value, { name: "value", resolve: context.resolve, words: { label: "Value" } });
    return { called, name, inner, elements: [name.element, inner.element] };
  }, "Add an entry");
  const stated = () => made.all.filter((row) => row.name.value() !== undefined);
  return {
    element: made.element,
    value: () => (stated().length
      ? Object.fromEntries(stated().map((row) => [row.name.value(), row.inner.value() ?? ""]))
      : undefined),
    restore(value) {
      made.empty();
      for (const [name, inner] of Object.entries(value ?? {})) {
        const row = made.append();
        row.name.restore(name);
        row.inner.restore(inner);
      }
    },
    fault([key, ...tail], detail) {
      const row = stated().find((one) => one.name.value() === key);
      return row ? row.inner.fault(tail, detail) : made.show(detail);
    },
    clear() {
      made.clear();
      for (const row of made.all) {
        row.name.clear();
        row.inner.clear();
      }
    },
  };
}
