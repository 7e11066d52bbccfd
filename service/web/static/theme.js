// Runs before the page is painted, so that the wrong theme does not flash. The button for the theme is in appearance.js.
try {
  const chosen = localStorage.getItem("newsmill.theme");
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
} catch {
  // Storage is off: the preference of the system applies.
}
