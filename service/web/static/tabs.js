// Tabs for mouse and keyboard (ARIA Authoring Practices, tabs with automatic activation).

/**
 * @param {HTMLElement} list has the role tablist; each tab names its panel in aria-controls
 * @param {(tab: HTMLElement) => void} onChosen
 * @returns {(tab: HTMLElement) => void} a function that chooses a tab
 */
export function tabs(list, onChosen = () => {}) {
  const all = [...list.querySelectorAll("[role=tab]")];

  function choose(chosen) {
    for (const tab of all) {
      const is = tab === chosen;
      tab.setAttribute("aria-selected", String(is));
      tab.tabIndex = is ? 0 : -1;
      document.getElementById(tab.getAttribute("aria-controls")).hidden = !is;
    }
    onChosen(chosen);
  }

  list.addEventListener("click", (event) => {
    const tab = event.target.closest("[role=tab]");
    if (tab) choose(tab);
  });
  list.addEventListener("keydown", (event) => {
    const at = all.indexOf(document.activeElement);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    const tab = all[(to + all.length) % all.length];
    tab.focus();
    choose(tab);
  });
  return choose;
}
