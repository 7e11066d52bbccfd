// Where each field of an article went: the field, its value, and its place in each format, as read from the files.

import { el } from "./dom.js";
import { label } from "./words.js";

const LONG = 160;

/**
 * @param {Record<string, object>} found the article in each format
 * @param {object[]} formats those of the job, as GET /v1/formats has them
 * @param {object[]} places places.json
 */
export function fieldTable(found, formats, places) {
  const rows = places.map((entry) => ({ entry, held: formats.map((format) => heldIn(found[format.id], entry[format.id])) }))
    .filter(({ held }) => held.some((places) => places.length));
  return el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Where each field went" },
    el("table", { class: "where" },
      el("thead", {}, el("tr", {},
        el("th", { scope: "col" }, "Field"),
        el("th", { scope: "col" }, "Value"),
        formats.map((format) => el("th", { scope: "col" },
          el("span", { class: `patch ink-${format.ink}`, "aria-hidden": "true" }), format.title.replace(/ \(.*|,.*/, ""))))),
      el("tbody", {}, rows.map((one) => row(one, formats)))));
}

/** The places of a field in a format at which something stands: [[place, values]]. */
const heldIn = (item, places = []) =>
  item ? places.map((place) => [place, item.at(place)]).filter(([, values]) => values.length) : [];

function row({ entry, held }, formats) {
  const value = valueOf(entry.field, held, formats);
  return el("tr", {},
    el("th", { scope: "row" }, entry.field.split(".").map(label).join(": ")),
    el("td", { class: "value", dir: "auto" }, short(value)),
    held.map((places, at) => el("td", {}, cell(places, value, formats[at], entry.field))));
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
    return el("div", { class: "there" }, el("code", {}, place), here !== value && !sameText(here, value) && el("span", { class: "as" }, short(here)));
  });
}

/** Paragraphs are one text in a format, and several in another: that is no difference. */
const sameText = (one, other) => one.replace(/\s+/g, " ").trim() === other.replace(/\s+/g, " ").trim();

const short = (text) => (text.length > LONG ? `${text.slice(0, LONG)} …` : text);
