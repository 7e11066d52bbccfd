// Dates as people write them, for a field that takes a date: "8.11.2024" and "8 November 2024" become 2024-11-08.

const TONGUES = ["en", "de", "fr", "es", "it", "pt", "nl"];
const plain = (text) => text.toLocaleLowerCase().normalize("NFD").replace(/\p{M}|\./gu, "");

let known = null;

/** Numbers of months by their names, long and short, in the languages of columns and in the reader's. */
function byName() {
  if (known) return known;
  known = new Map();
  for (const locale of [...TONGUES, navigator.language]) {
    for (const month of ["long", "short"]) {
      const format = new Intl.DateTimeFormat(locale, { month, day: "numeric", timeZone: "UTC" });
      for (let at = 0; at < 12; at += 1) {
        const name = format.formatToParts(Date.UTC(2024, at, 1)).find(({ type }) => type === "month").value;
        known.set(plain(name), at + 1);
      }
    }
  }
  return known;
}

/** Whether the reader writes the month first, as in the United States. */
const monthFirst = () => new Intl.DateTimeFormat().formatToParts().find(({ type }) => type === "day" || type === "month").type === "month";

/** The date in ISO 8601; the text as it is if it is no day that is known. */
export function writtenDate(text) {
  const given = text.trim();
  const numeric = /^(\d{1,2})\s?([./-])\s?(\d{1,2})\s?\2\s?(\d{4})$/.exec(given);
  if (numeric) {
    const [, one, mark, other, year] = numeric;
    const swap = mark !== "." && Number(one) <= 12 && (Number(other) > 12 || monthFirst());
    return iso(year, swap ? one : other, swap ? other : one) ?? text;
  }
  const worded = /^(\d{1,2})(?:st|nd|rd|th|\.)?\s+(?:de\s+)?([\p{L}.]+),?\s+(?:de\s+)?(\d{4})$/u.exec(given);
  if (worded) return iso(worded[3], byName().get(plain(worded[2])), worded[1]) ?? text;
  const american = /^([\p{L}.]+)\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})$/u.exec(given);
  if (american) return iso(american[3], byName().get(plain(american[1])), american[2]) ?? text;
  return text;
}

/** A day of the calendar; null if there is none. */
function iso(year, month, day) {
  const at = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  const right = at.getUTCMonth() + 1 === Number(month) && at.getUTCDate() === Number(day);
  return right ? at.toISOString().slice(0, 10) : null;
}
