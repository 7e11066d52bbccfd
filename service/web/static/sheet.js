// CSV as a table: {tools, element}, what stands above it and itself.

import { parseCsv } from "./csv.js";
import { el } from "./dom.js";
import { count, counted } from "./words.js";

const ROWS = 200;

export function sheet(text, cut, name) {
  const { columns, rows } = parseCsv(text, cut);
  const shown = rows.slice(0, ROWS);
  const empty = columns.map((_, at) => shown.length > 0 && shown.every((row) => !row[at]));
  const many = empty.filter(Boolean).length;
  const table = el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": `The table ${name}` });
  const button = el("button", { type: "button", class: "small", "aria-pressed": "false", onclick: () => show(button.getAttribute("aria-pressed") !== "true") });

  function show(all) {
    const here = columns.map((_, at) => at).filter((at) => all || !empty[at]);
    table.replaceChildren(el("table", { class: "sheet" },
      el("thead", {}, el("tr", {}, here.map((at) => el("th", { scope: "col" }, columns[at])))),
      el("tbody", {}, shown.map((row) => el("tr", {}, here.map((at) => el("td", { dir: "auto" }, el("div", { class: "cell" }, row[at] ?? ""))))))));
    button.setAttribute("aria-pressed", String(all));
    button.textContent = `Show ${counted(many, "empty column")}`;
  }
  show(false);
  const amount = `${rows.length > ROWS ? `the first ${ROWS} of ` : ""}${count(rows.length)}${cut ? " or more" : ""}`;
  const said = `${counted(columns.length, "column")}, ${amount} ${rows.length === 1 && !cut ? "row" : "rows"}`;
  return { tools: [el("p", { class: "hint" }, said), many > 0 && button], element: table };
}
