// Where each field of an article went: the field, its value, and its place in each format, as read from the files.

import { el } from "./dom.js";
import { label, shortTitle } from "./words.js";

const LONG = 160;

/**
 * @param {Record<string, object>} found the article in each format
 * @param {object[]} formats those of the job, as GET /v1/formats has them
 * @param {object[]} places places.json
 */
export function fieldTable(found, formats, places) {
  const rows = stated(places.map((entry) => ({
    field: entry.field, held: formats.map((format) => heldIn(found[format.id], entry[format.id])),
  })), shared(places));
  return el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Where each field went" },
    el("table", { class: "where" },
      el("thead", {}, el("tr", {},
        el("th", { scope: "col" }, "Field"),
        el("th", { scope: "col" }, "Value"),
        formats.map((format) => el("th", { scope: "col" },
          el("span", { class: `patch ink-${format.ink}`, "aria-hidden": "true" }), shortTitle(format))))),
      el("tbody", {}, rows.map((one) => row(one, formats)))));
}

/** Places that several parts of a field share, as a cell of CSV does, do not tell which of the parts is stated. */
function shared(places) {
  const seen = places.flatMap((entry) => Object.entries(entry).filter(([, all]) => Array.isArray(all)).flatMap(([id, all]) => all.map((place) => `${id} ${place}`)));
  return new Set(seen.filter((place, at) => seen.indexOf(place) !== at).map((place) => place.slice(place.indexOf(" ") + 1)));
}

/** The rows of what is stated; a field that only shared places hold is one row, whatever its parts. */
function stated(rows, common) {
  const whole = (row) => row.field.split(".")[0];
  const own = rows.filter((row) => row.held.flat().some(([place]) => !common.has(place)));
  const known = new Set(own.map(whole));
  return rows.filter((row) => own.includes(row) || (row.held.flat().length > 0 && !known.has(whole(row)) && known.add(whole(row))))
    .map((row) => (own.includes(row) ? row : { ...row, field: whole(row) }));
}

/** The places of a field in a format at which something stands: [[place, values]]. */
const heldIn = (item, places = []) =>
  item ? places.map((place) => [place, item.at(place)]).filter(([, values]) => values.length) : [];

function row({ field, held }, formats) {
  const value = valueOf(field, held, formats);
  return el("tr", {},
    el("th", { scope: "row" }, field.split(".").map(label).join(": ")),
    el("td", { class: "value", dir: "auto" }, short(value)),
    held.map((places, at) => el("td", {}, cell(places, value, formats[at], field))));
}

/** The value that is shown beside them all: from the format that has it plainest, and never a count of words. */
function valueOf(field, held, formats) {
  const order = field.includes(".") ? ["news-article", "newsml-g2", "csv"] : ["csv", "news-article", "newsml-g2"];
  const plain = order.flatMap((id) => held[formats.findIndex((format) => format.id === id)] ?? []);
  const [, values] = plain.find(([place]) => !/word_?count/i.test(place)) ?? held.flat()[0];
  return values.join("\n");
}

function cell(places, value, format, field) {
  if (!places.length) {
    const unheld = format.unheld.includes(field.split(".")[0]);
    return el("span", { class: "nowhere" }, unheld ? "no place for it" : "–");
  }
  return places.map(([place, values]) => {
    const here = values.join("\n");
    return el("div", { class: "there" }, el("code", {}, breakable(place)), here !== value && !sameText(here, value) && el("span", { class: "as" }, short(here)));
  });
}

/** A place, which may be broken after its slashes and points, where it is long. */
const breakable = (place) => place.split(/(?<=[/.[\]])/).flatMap((part) => [part, el("wbr")]);

/** Paragraphs are one text in a format, and several in another: that is no difference. */
const sameText = (one, other) => one.replace(/\s+/g, " ").trim() === other.replace(/\s+/g, " ").trim();

const short = (text) => (text.length > LONG ? `${text.slice(0, LONG)} …` : text);
