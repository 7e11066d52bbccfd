// Numbers, times and names as text for people.

const number = new Intl.NumberFormat("en-GB");
// Dates follow the language of the reader's browser.
const moment = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const clock = new Intl.DateTimeFormat(undefined, { timeStyle: "short" });
const day = new Intl.DateTimeFormat(undefined, { dateStyle: "long", timeZone: "UTC" });

export const count = (value) => number.format(value);

/** "1 article", "3 articles" */
export const counted = (value, one, many = `${one}s`) => `${count(value)} ${value === 1 ? one : many}`;

/** A size in bytes: "2.2 kB" */
export function size(bytes) {
  if (bytes < 1000) return counted(bytes, "byte");
  let value = bytes;
  let unit = "";
  for (const next of ["kB", "MB", "GB", "TB"]) {
    if (value < 999.5) break;
    value /= 1000;
    unit = next;
  }
  return `${value < 9.95 ? value.toFixed(1) : Math.round(value)} ${unit}`;
}

/** A time in RFC 3339, in the reader's zone: "14:05" for today, else "8 Nov 2024, 14:05". */
export function time(text) {
  const at = new Date(text);
  return at.toDateString() === new Date().toDateString() ? clock.format(at) : moment.format(at);
}

/** A duration in seconds: "under a second", "42 s", "3 min", "2 h 10 min" */
export function duration(seconds) {
  if (seconds < 1) return "under a second";
  if (seconds < 90) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** A day or a date-time as an article states it, in the zone of the article. */
export function stated(text) {
  const parts = /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d)[^Z+-]*(Z|[+-]\d\d:\d\d))?$/.exec(text);
  const date = parts && new Date(`${parts[1]}T00:00:00Z`);
  if (!date || Number.isNaN(date.getTime())) return text;
  const zone = parts[3] === "Z" ? "UTC" : parts[3];
  return parts[2] ? `${day.format(date)}, ${parts[2]} ${zone}` : day.format(date);
}

// Terms that editors may not know.
const TERMS = {
  CSVW: "CSVW is a standard of the W3C: a JSON file beside the tables says what each of their columns means.",
};

/** The explanations of the terms in a text; "" if it has none. */
export const explained = (text) => Object.keys(TERMS).filter((term) => text.includes(term)).map((term) => TERMS[term]).join(" ");

const SPECIAL = {
  id: "Id", uri: "URI", url: "Web address", qcode: "QCode", ed_note: "Note to editors", bylines: "Authors",
  byline: "Byline as printed",
  provider: "Provider", located: "Place", signal: "Update or correction", on_error: "An article that fails",
  split: "Articles in a file", sha256: "SHA-256",
};

/** The label of a field of a schema. */
export function label(name) {
  if (SPECIAL[name]) return SPECIAL[name];
  const words = name.replaceAll("_", " ").replaceAll("-", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** A value of a field in a few words: the names of its parts. */
export function brief(value) {
  if (Array.isArray(value)) return value.map(brief).join("; ");
  return typeof value === "object" ? value.name ?? String(Object.values(value)[0] ?? "") : String(value);
}

/** Make a sentence of a fault: the service begins some in lower case, to follow a name. */
export function sentence(text) {
  // A first word that is a name, such as the name of a file, stays as it is.
  const begun = /^[a-z]+[ ,]/.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
}

/** A reason in the terms of the page: what the command line offers has a place in the form. */
export const inForm = (reason) => reason
  .replace(/\s*Name it(?:, such as)?: (?:newsmill export .*|--set .*)$/s, " Choose it with “Change and convert again”, under Articles.")
  .replace("no member has", "no key has").replace("the members are", "the keys are");
