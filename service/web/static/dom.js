// Elements, created without markup. All content goes in as text, so that no part of it can run as code.

/**
 * @param {string} name of the element
 * @param {Record<string, unknown>} given attributes; `onclick` and similar names add listeners; null and false are skipped
 * @param {...unknown} children elements and texts, alone or in lists; null and false are skipped
 */
export function el(name, given = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(given)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key === "value" || key === "checked") element[key] = value;
    else element.setAttribute(key, value === true ? "" : String(value));
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

const TAIL = 14;

/** A name that is cut in its middle where it does not fit, so that its end can be read: "a long na…ue-2024.xml" */
export function cut(name, given = {}) {
  const at = name.length > 2 * TAIL ? name.length - TAIL : name.length;
  return el("span", { ...given, class: `cut ${given.class ?? ""}`.trim(), title: name, dir: "auto" },
    el("span", {}, name.slice(0, at)), at < name.length && el("span", {}, name.slice(at)));
}

/** A text whose parts between backticks are code. */
export const marked = (text) => text.split("`").map((part, at) => (at % 2 ? el("code", {}, part) : part));

export const byId = (id) => document.getElementById(id);

let last = 0;

/** Return a new unique id. */
export const newId = (stem) => `${stem}-${(last += 1)}`;

/** Announce a change of the page to screen readers. */
export function announce(text) {
  byId("announcer").textContent = text;
}

/** Show a text in an element, or hide the element if the text is empty. */
export function say(element, text) {
  element.replaceChildren(...marked(text ?? ""));
  element.hidden = !text;
}
