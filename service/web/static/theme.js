// Runs before the page is painted, so that a chosen theme does not flash. The button that chooses is in appearance.js.
try {
  const chosen = localStorage.getItem("newsmill.theme");
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
} catch {
  // Storage is switched off: the system's own preference holds.
}
