// Light and dark: the system's preference, until a person chooses.

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
    // What the system prefers anyway is no choice to keep.
    if (other === (system.matches ? "dark" : "light")) delete root.dataset.theme;
    else root.dataset.theme = other;
    try {
      if (root.dataset.theme) localStorage.setItem("newsmill.theme", other);
      else localStorage.removeItem("newsmill.theme");
    } catch {
      // Holds until the page is left.
    }
    say();
  });
  system.addEventListener("change", say);
  button.hidden = false;
  say();
}
