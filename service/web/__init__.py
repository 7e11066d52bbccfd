"""The page at / and its assets: one HTML document, ES modules, style sheets and fonts, with no build step."""
