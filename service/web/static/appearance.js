// The light and the dark theme: the preference of the system, or the choice of the user.

import { icon } from "./icons.js";

const system = matchMedia("(prefers-color-scheme: dark)");
const root = document.documentElement;

const shown = () => root.dataset.theme ?? (system.matches ? "dark" : "light");

export function offerThemes() {
  const button = document.getElementById("theme");
  const say = () => {
    const other = shown() === "dark" ? "light" : "dark";
    button.replaceChildren(icon(other === "dark" ? "moon" : "sun"));
    button.setAttribute("aria-label", `Use the ${other} theme`);
    button.title = `Use the ${other} theme`;
  };
  button.addEventListener("click", () => {
    const other = shown() === "dark" ? "light" : "dark";
    // The system prefers this theme already: store no choice.
    if (other === (system.matches ? "dark" : "light")) delete root.dataset.theme;
    else root.dataset.theme = other;
    try {
      if (root.dataset.theme) localStorage.setItem("newsmill.theme", other);
      else localStorage.removeItem("newsmill.theme");
    } catch {
      // Storage is off: the choice lasts until the page is left.
    }
    say();
  });
  system.addEventListener("change", say);
  button.hidden = false;
  say();
}
