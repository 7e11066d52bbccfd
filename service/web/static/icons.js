// The icons of the page, as strokes on a grid of 20, and the patches of colour beside formats.

import { el } from "./dom.js";

const SHAPES = {
  download: "M10 3v9.5m0 0-3.8-3.8m3.8 3.8 3.8-3.8M3.5 16.5h13",
  remove: "m5.5 5.5 9 9m0-9-9 9",
  add: "M10 4.5v11m-5.5-5.5h11",
  back: "M12 4.5 6.5 10l5.5 5.5",
  next: "M8 4.5 13.5 10 8 15.5",
  sun: "M10 6.8a3.2 3.2 0 1 0 0 6.4 3.2 3.2 0 0 0 0-6.4zM10 1.8v1.6m0 13.2v1.6M1.8 10h1.6m13.2 0h1.6M4.2 4.2l1.1 1.1m9.4 9.4 1.1 1.1m0-11.6-1.1 1.1m-9.4 9.4-1.1 1.1",
  moon: "M16.5 11.8A6.9 6.9 0 0 1 8.2 3.5a6.9 6.9 0 1 0 8.3 8.3z",
};

// Each has a colour in page.css.
const INKS = 6;

const SVG = "http://www.w3.org/2000/svg";

/** The patch of colour for the format at this position in a list of formats. */
export const patch = (at) => el("span", { class: `patch ink-${(at % INKS) + 1}`, "aria-hidden": "true" });

/** An icon beside words, or in a button that has a label. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("focusable", "false");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", SHAPES[name]);
  svg.append(path);
  return svg;
}
