// An article as its readers see it. A field that the article does not state is absent.

import { blocks, figure } from "./blocks.js";
import { el } from "./dom.js";
import { languageName } from "./languages.js";
import { stated } from "./words.js";

/** @param {object} article in its JSON form */
export function story(article) {
  const { headline, description, language, published, modified, dateline, section, genre, provider, paragraphs = [], media = [] } = article;
  const authors = (article.bylines ?? []).map(({ name, job_title: title }) => [name, title].filter(Boolean).join(", "));
  const line = (kind, ...parts) => {
    const known = parts.filter(Boolean);
    return known.length > 0 && el("p", { class: kind, dir: "auto" }, known.join(" · "));
  };
  // The browser takes the direction from the headline or the text: elements with a direction of their own do not count.
  return el("div", { class: "story", lang: language ?? null, dir: "auto" },
    line("kicker", section, genre),
    headline ? el("h3", {}, headline) : el("p", { class: "missing", dir: "ltr", lang: "en" }, "The article states no headline."),
    description && el("p", { class: "standfirst" }, description),
    line("byline", article.byline ?? (authors.length > 0 && `By ${authors.join(", ")}`), provider?.name),
    line("when", dateline, published && stated(published), modified && `changed ${stated(modified)}`),
    language && el("p", { class: "tongue", dir: "ltr", lang: "en" }, `Language: ${languageName(language)}`),
    el("div", { class: "story-text" }, blocks(paragraphs), media.map(figure)),
    line("keywords", ...(article.keywords ?? [])),
    line("rights", article.copyright_notice));
}
