// The lines of a pasted text: the first one as the headline, and each one as a paragraph.

import { announce, byId, cut, say } from "./dom.js";

const LONGEST_HEADLINE = 300;
const SINGLE_BREAK = /\S[^\S\n]*\n[^\S\n]*\S/;
/** Lines at the beginning of a text that state fields, such as "Title: Ferry back", and the blank line after them. */
const HEADER = /^\s*(?:[^\n:]{1,40}:[^\S\n][^\n]*\n)+\s*\n/;

/**
 * @param {object} source the source of the form
 * @param {object} details its metadata
 */
export function lines(source, details) {
  /** The first line of a pasted text, if more follows and no headline is stated. */
  function firstLine() {
    if (HEADER.test(source.plainText())) return null;
    const [, date, line, rest] = /^\s*(date \d{4}-\d\d-\d\d\s+)?([^\n]*\S)[^\S\n]*\n\s*(\S[^]*)$/.exec(source.plainText()) ?? [];
    return rest && line.length <= LONGEST_HEADLINE && !details.value().headline ? { date: date ?? "", line, rest } : null;
  }

  function offerHeadline() {
    const first = firstLine();
    byId("first-line").hidden = !first;
    if (first) byId("first-line-text").replaceChildren(cut(first.line));
  }

  /** Offer to make a paragraph of each line, if a text has lines that no blank line divides. */
  function offerLines() {
    byId("lines").hidden = !SINGLE_BREAK.test(source.plainText().replace(HEADER, "").trim());
  }

  function divideLines() {
    const given = source.plainText();
    const header = HEADER.exec(given)?.[0] ?? "";
    source.setText(header + given.slice(header.length).trim().replaceAll(/[^\S\n]*\n\s*/g, "\n\n"));
    byId("text").focus();
    announce("Each line is a paragraph.");
  }

  function useFirstLine() {
    const { date, line, rest } = firstLine();
    details.put("headline", line);
    source.setText(date + rest);
    byId("text").focus();
    say(byId("first-line-done"), "The line is the headline now. It stands under Details, as your statement.");
    announce("The first line is the headline.");
  }

  byId("first-line-use").addEventListener("click", useFirstLine);
  byId("lines-divide").addEventListener("click", divideLines);
  return {
    offer() {
      offerHeadline();
      offerLines();
    },
    /** What was done with the first line is old. */
    forget: () => say(byId("first-line-done"), ""),
  };
}
