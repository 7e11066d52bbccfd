// Elements, made without markup: whatever a file or the server says goes in as text, and none of it can run.

/**
 * @param {string} name of the element
 * @param {Record<string, unknown>} given attributes; `onclick` and its like are listeners; null and false are left out
 * @param {...unknown} children elements and texts, in lists or not; null and false are left out
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

export const byId = (id) => document.getElementById(id);

let last = 0;

/** An id that no other element has. */
export const newId = (stem) => `${stem}-${(last += 1)}`;

/** Say something to those who do not see the page change. */
export function announce(text) {
  byId("announcer").textContent = text;
}

/** Show a text in an element, or hide the element when there is none. */
export function say(element, text) {
  element.textContent = text ?? "";
  element.hidden = !text;
}
