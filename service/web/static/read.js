// The pages to read: the theme, and the operations of the API by Swagger UI.

import { offerThemes } from "./appearance.js";

const dark = matchMedia("(prefers-color-scheme: dark)");
const root = document.documentElement;

/** Swagger UI has a class for its dark theme. */
function follow() {
  root.classList.toggle("dark-mode", (root.dataset.theme ?? (dark.matches ? "dark" : "light")) === "dark");
}

offerThemes();
const { openapi } = document.body.dataset;
if (openapi) {
  follow();
  dark.addEventListener("change", follow);
  new MutationObserver(follow).observe(root, { attributeFilter: ["data-theme"] });
  const { SwaggerUIBundle } = window;
  SwaggerUIBundle({
    url: openapi,
    dom_id: "#swagger-ui",
    deepLinking: true,
    displayRequestDuration: true,
    docExpansion: "list",
    defaultModelsExpandDepth: -1,
    layout: "BaseLayout",
    persistAuthorization: false,
    presets: [SwaggerUIBundle.presets.apis],
    validatorUrl: null,
  });
}
