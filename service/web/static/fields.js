// The table of the fields that an article states: each value, and its places in each format.

import { el } from "./dom.js";
import { patch } from "./icons.js";
import { label } from "./words.js";

const LONG = 160;

/**
 * @param {object[]} fields as GET /v1/jobs/{id}/preview has them
 * @param {object[]} formats those of the job, as GET /v1/formats has them
 */
export function fieldTable(fields, formats) {
  return el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Where each field went" },
    // Where the table does not fit, its rows are blocks. The roles keep it a table for screen readers.
    el("table", { class: "where", role: "table" },
      el("thead", { role: "rowgroup" }, el("tr", { role: "row" },
        ["Field", "Value"].map((text) => el("th", { scope: "col", role: "columnheader" }, text)),
        formats.map((format, at) => el("th", { scope: "col", role: "columnheader" }, patch(at), format.name)))),
      el("tbody", { role: "rowgroup" }, fields.map((field) => row(field, formats)))));
}

function row(field, formats) {
  const value = field.value.join("\n");
  return el("tr", { role: "row" },
    el("th", { scope: "row", role: "rowheader" }, field.field.split(".").map(label).join(": ")),
    el("td", { class: "value", role: "cell", dir: "auto" }, short(value)),
    formats.map(({ id, name }) => el("td", { role: "cell", "data-format": name },
      el("div", {}, field.no_place_in.includes(id) ? nowhere("no place for it") : cell(field.places[id], value)))));
}

const nowhere = (text) => el("span", { class: "nowhere" }, text);

function cell(places, value) {
  if (!places.length) return nowhere("–");
  return places.map(({ place, values }) => {
    const here = values.join("\n");
    return el("div", { class: "there" }, el("code", {}, breakable(place)), !sameText(here, value) && el("span", { class: "as" }, short(here)));
  });
}

/** A place with an opportunity for a line break after each slash, point and underscore. */
export const breakable = (place) => place.split(/(?<=[/.[\]_])/).flatMap((part) => [part, el("wbr")]);

/** Whether two texts differ in white space alone: paragraphs are one text in one format and several in another. */
const sameText = (one, other) => one.replace(/\s+/g, " ").trim() === other.replace(/\s+/g, " ").trim();

export const short = (text) => (text.length > LONG ? `${text.slice(0, LONG)} …` : text);
