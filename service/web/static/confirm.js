// A dialog that asks for confirmation before an action that cannot be undone.

import { el } from "./dom.js";

/** @returns {Promise<boolean>} whether the answer is yes */
export function confirmed(question, explanation, yes) {
  const dialog = el("dialog", { class: "ask", "aria-labelledby": "ask-heading", "aria-describedby": "ask-text" },
    el("form", { method: "dialog" },
      el("h2", { id: "ask-heading" }, question),
      el("p", { id: "ask-text" }, explanation),
      el("div", { class: "buttons" },
        el("button", { type: "submit", class: "primary danger", value: "yes" }, yes),
        el("button", { type: "submit", class: "plain", value: "", autofocus: true }, "Keep it"))));
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
  });
}
