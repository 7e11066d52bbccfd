// The choice of formats, with the options of each, from GET /v1/formats.

import { control } from "./controls.js";
import { el } from "./dom.js";
import { patch } from "./icons.js";
import { explained } from "./words.js";

/** The number of formats, the first in the list, that are chosen at the beginning. */
const CHOSEN = 3;

/**
 * @param {HTMLElement} box the container of the formats
 * @param {object[]} all the formats
 * @param {() => void} onChange
 */
export function formats(box, all, onChange) {
  const cards = all.map((format, at) => card(format, at, onChange));
  box.replaceChildren(...cards.map((one) => one.element));
  const chosen = () => cards.filter((one) => one.chosen());
  const here = oneStop(box, cards);
  return {
    ids: () => chosen().map((one) => one.id),
    options() {
      const stated = chosen().map((one) => [one.id, one.value()]).filter(([, value]) => value !== undefined);
      return Object.fromEntries(stated);
    },
    /** The choice and the options of each format, to restore them. */
    state: () => Object.fromEntries(cards.map((one) => [one.id, { on: one.chosen(), options: one.value() }])),
    restore(state) {
      for (const one of cards) if (state[one.id]) one.restore(state[one.id]);
    },
    fault([id, ...tail], detail) {
      return cards.find((one) => one.id === id)?.fault(tail, detail) ?? null;
    },
    clear() {
      for (const one of cards) one.clear();
    },
    first: () => here(cards[0]),
  };
}

/** Make the formats one stop of the Tab key: the arrow keys move between them, and Tab leads to the options of one. */
function oneStop(box, cards) {
  function here(current) {
    for (const one of cards) one.stop(one === current);
    return current?.checkbox;
  }
  box.addEventListener("keydown", (event) => {
    const at = cards.findIndex(({ checkbox }) => checkbox === event.target);
    const to = { ArrowDown: at + 1, ArrowRight: at + 1, ArrowUp: at - 1, ArrowLeft: at - 1, Home: 0, End: cards.length - 1 }[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    cards[(to + cards.length) % cards.length].checkbox.focus();
  });
  box.addEventListener("focusin", (event) => {
    const one = cards.find(({ element }) => element.contains(event.target));
    if (one) here(one);
  });
  // The list is entered at its beginning, wherever it was left.
  box.addEventListener("focusout", (event) => {
    if (!box.contains(event.relatedTarget)) here(cards[0]);
  });
  here(cards[0]);
  return here;
}

function card(format, at, onChange) {
  const id = `format-${format.id}`;
  const names = Object.keys(format.options.properties ?? {});
  const inner = names.map((name) => [name, control(format.options.properties[name], { name })]);
  const checkbox = el("input", { type: "checkbox", id, checked: at < CHOSEN, onchange: change, "aria-describedby": `${id}-note` });
  const [, title, note, also] = /^(.*?)(?: \((.*)\)|, (.*))?$/.exec(format.title);
  const summary = el("summary", {}, "Options", el("span", { class: "visually-hidden" }, ` of ${title}`));
  const options = el("details", { class: "options" }, summary, inner.map(([, one]) => one.element));
  const element = el("div", { class: "format", "data-format": format.id },
    checkbox,
    patch(at),
    el("div", {}, el("label", { for: id }, title), (note ?? also) && el("span", { class: "format-note", id: `${id}-note` }, note ?? also),
      explained(format.title) && el("p", { class: "hint" }, explained(format.title))),
    inner.length > 0 && options);

  function change() {
    show();
    onChange();
  }

  function show() {
    options.hidden = !checkbox.checked;
    element.classList.toggle("off", !checkbox.checked);
  }
  show();
  return {
    id: format.id,
    element,
    checkbox,
    chosen: () => checkbox.checked,
    /** Whether the Tab key comes to this format. Open options are always reached. */
    stop(is) {
      checkbox.tabIndex = is ? 0 : -1;
      summary.tabIndex = is || options.open ? 0 : -1;
    },
    value() {
      const stated = inner.map(([name, one]) => [name, one.value()]).filter(([, value]) => value !== undefined);
      return stated.length ? Object.fromEntries(stated) : undefined;
    },
    restore({ on, options: stated }) {
      checkbox.checked = on;
      for (const [name, one] of inner) one.restore(stated?.[name]);
      show();
    },
    fault([name, ...tail], detail) {
      const found = inner.find(([known]) => known === name);
      if (!found) return null;
      options.open = true;
      return found[1].fault(tail, detail);
    },
    clear() {
      for (const [, one] of inner) one.clear();
    },
  };
}
