// What the first lines of texts and Word files are: a headline, a byline. The user says so, for all files at once.

import { byId } from "./dom.js";
import { known, whatIs } from "./inspect.js";

const READ = { headline: "first-line", byline: "by-line" };
const FORMATS = ["text", "docx", "odt"];
/** The first files that are looked at. */
const LOOKED_AT = 9;

export function opening() {
  const box = byId("opening");
  const boxes = Object.fromEntries(Object.keys(READ).map((name) => [name, byId(`opening-${name}`)]));
  let turn = 0;

  const isProse = (file) => [known(file)?.format, ...(known(file)?.contents ?? []).map(({ format }) => format)].some((one) => FORMATS.includes(one));

  /** Offer it for these files, or for a pasted text, whose first line has a button of its own. */
  async function offer(files, text) {
    const mine = (turn += 1);
    const first = files.slice(0, LOOKED_AT);
    await Promise.all(first.map((file) => whatIs(file)));
    if (mine !== turn) return;
    const fits = first.some(isProse);
    box.hidden = !fits && !text.trim().includes("\n");
    boxes.headline.closest(".check").hidden = !fits;
  }

  return {
    offer,
    state: () => Object.fromEntries(Object.entries(boxes).map(([name, input]) => [name, input.checked])),
    restore(state) {
      for (const [name, input] of Object.entries(boxes)) input.checked = Boolean(state[name]);
    },
    /** The reading options. */
    reading: () => Object.fromEntries(Object.entries(READ).filter(([name]) =>
      !box.hidden && !boxes[name].closest(".check").hidden && boxes[name].checked)),
  };
}
