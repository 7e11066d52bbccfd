// The API key, if the service wants one. It is stored until the tab is closed and sent with each request.

import { el } from "./dom.js";

const NAME = "newsmill.key";
let key = read();
let asking = null;

function read() {
  try {
    return sessionStorage.getItem(NAME) ?? "";
  } catch {
    return "";
  }
}

export const hasKey = () => key !== "";

export const authorization = () => (key ? { Authorization: `Bearer ${key}` } : {});

/**
 * Ask the user for a key. Requests that wait at the same time share one dialog.
 *
 * @param {string} used the refused key, "" if none was sent
 * @returns {Promise<boolean>} whether there is another key to try
 */
export function askForKey(used) {
  if (key !== used) return Promise.resolve(true);
  asking ??= open(used !== "").finally(() => {
    asking = null;
  });
  return asking;
}

export const currentKey = () => key;

function open(refused) {
  const input = el("input", {
    type: "password", id: "key", name: "key", autocomplete: "off", required: true, autofocus: true,
    "aria-describedby": "key-hint", "aria-invalid": refused ? "true" : null,
  });
  const hint = refused
    ? "The service does not know this key. Check it for a blank or a missing character."
    : "Ask the operator of this service for a key. The page stores it until you close this tab.";
  const dialog = el("dialog", { class: "ask", "aria-labelledby": "key-heading" },
    el("form", { method: "dialog" },
      el("h2", { id: "key-heading" }, "This service asks for an API key"),
      el("div", { class: "field" },
        el("label", { for: "key" }, "API key"),
        input,
        el("p", { id: "key-hint", class: refused ? "field-fault" : "hint" }, hint)),
      el("div", { class: "buttons" },
        el("button", { type: "submit", class: "primary", value: "use" }, "Use this key"),
        el("button", { type: "submit", class: "plain", value: "", formnovalidate: true }, "Not now"))));
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      const given = dialog.returnValue === "use" ? input.value.trim() : "";
      dialog.remove();
      if (given) keep(given);
      resolve(given !== "");
    });
  });
}

function keep(given) {
  key = given;
  try {
    sessionStorage.setItem(NAME, given);
  } catch {
    // Storage is off: the key lasts until the page is left.
  }
}
