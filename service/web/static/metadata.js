// The metadata of a job: a few fields are shown, and the user can add the others.

import { control } from "./controls.js";
import { el } from "./dom.js";
import { icon } from "./icons.js";
import { brief, label as labelOf } from "./words.js";

const PARTY = { first: ["name"], parts: { uri: { label: "Its address (URI)", hint: "" }, name: { label: "Name" } } };
const QCODE = { hint: "A code in a list of codes: the short name of the list, a colon, the code. For example medtop:04000000, which is economy in the topics of the IPTC." };
// The fields that are shown at first, and texts for fields whose schema has none.
const AT_ONCE = ["headline", "language", "published", "bylines", "provider"];
const WORDS = {
  headline: { hint: "" },
  language: { hint: "Its name or its tag: German or de." },
  published: { hint: "A day, such as 2024-11-08 or 8 November 2024, or a time with its zone: 2024-11-08T16:30:00+01:00." },
  bylines: { one: "Author", label: "Authors", begun: true, first: ["name"], parts: { uri: { label: "Web page (URI)" }, job_title: { label: "Job title" } } },
  provider: { hint: "Who publishes the articles.", ...PARTY },
  located: { parts: { qcode: QCODE } },
  copyright_holder: PARTY,
  keywords: { one: "Keyword", begun: true },
  subjects: { one: "Subject", begun: true, parts: { qcode: QCODE } },
  description: { label: "Standfirst", long: true },
  copyright_notice: { long: true },
  usage_terms: { long: true },
  ed_note: { long: true },
  urgency: { hint: "From 1, the most urgent, to 9." },
};
// Fields that another one needs: a correction is a version of an article with an id.
const WITH = { signal: ["id", "version"] };
// Fields that are rarely needed come last.
const LAST = ["id", "version", "signal"];

/**
 * @param {HTMLElement} box the container of the fields
 * @param {object} schema the JSON Schema of metadata
 * @param {(ref: string) => object} resolve resolves a `$ref`
 */
export function metadata(box, schema, resolve) {
  const shown = new Map();
  const fields = el("div", { class: "metadata" });
  const select = el("select", { id: "add-field" });
  const add = el("button", { type: "button", class: "small", onclick: addChosen }, icon("add"), "Add");

  function show(name, removable) {
    const made = control(schema.properties[name], { name, resolve, words: WORDS[name] });
    const element = el("div", { class: "slot", "data-slot": name }, made.element);
    if (removable) {
      const called = WORDS[name]?.label ?? labelOf(name);
      element.append(el("button", {
        type: "button", class: "quiet remove", "aria-label": `Remove the field ${called}`,
        onclick: () => {
          element.remove();
          shown.delete(name);
          offer();
          select.focus();
        },
      }, icon("remove")));
    }
    shown.set(name, made);
    fields.append(element);
    return made;
  }

  function offer() {
    const names = Object.keys(schema.properties).filter((name) => !LAST.includes(name));
    const others = [...names, ...LAST].filter((name) => schema.properties[name] && !shown.has(name));
    select.replaceChildren(...others.map((name) => el("option", { value: name }, WORDS[name]?.label ?? labelOf(name))));
    add.disabled = others.length === 0;
  }

  function addChosen() {
    if (!select.value) return;
    const made = show(select.value, true);
    for (const name of WITH[select.value] ?? []) if (schema.properties[name] && !shown.has(name)) show(name, true);
    offer();
    made.element.querySelector("input, select, textarea, button").focus();
  }

  function field(name) {
    const made = shown.get(name) ?? show(name, true);
    offer();
    return made;
  }

  for (const name of AT_ONCE) if (schema.properties[name]) show(name, false);
  offer();
  box.replaceChildren(fields, el("div", { class: "add-field" },
    el("label", { for: "add-field" }, "Another field"), select, add));

  return {
    value() {
      const stated = [...shown].map(([name, made]) => [name, made.value()]).filter(([, value]) => value !== undefined);
      return Object.fromEntries(stated);
    },
    /** What is stated, in a few words each: "author Clara Whitmore" */
    said() {
      return Object.entries(this.value()).map(([name, value]) => {
        const { one, label } = WORDS[name] ?? {};
        const called = (value.length === 1 && one) || label || labelOf(name);
        return `${called.toLowerCase()} ${brief(value)}`;
      });
    },
    restore(stated) {
      for (const [name, { element }] of [...shown]) {
        if (AT_ONCE.includes(name) || name in stated) continue;
        element.closest(".slot").remove();
        shown.delete(name);
      }
      for (const name of Object.keys(stated)) if (schema.properties[name] && !shown.has(name)) show(name, true);
      for (const [name, made] of shown) made.restore(stated[name]);
      offer();
    },
    /** Say which fields another one needs, and return their elements. A source other than a text may state them. */
    missing(isText) {
      const stated = this.value();
      if (!isText && stated.id === undefined) return [];
      return Object.keys(stated).flatMap((name) => WITH[name] ?? []).filter((name) => stated[name] === undefined)
        .map((name) => field(name).fault([], "An update or correction states it: the id of the first version, and a version one higher than the last."));
    },
    /** State one field. */
    put(name, value) {
      field(name).restore(value);
    },
    /** Return the element that states a field, to focus it; null if there is no such field. */
    at: (name) => (schema.properties[name] ? field(name).element.querySelector("input, select, textarea, button") : null),
    fault([name, ...tail], detail) {
      return shown.get(name)?.fault(tail, detail) ?? null;
    },
    clear() {
      for (const made of shown.values()) made.clear();
    },
  };
}
