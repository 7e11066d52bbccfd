// An article as a reader sees it. What it does not state is not there, and is said to be missing where one looks for it.

import { el } from "./dom.js";
import { stated } from "./words.js";

/** @param {Record<string, {at: (place: string) => string[], paragraphs: () => string[]}>} found the article in each format */
export function story(found) {
  // Each format in turn: the one that has the most structure first.
  const first = (...places) => {
    for (const [format, place] of places) {
      const values = found[format]?.at(place).filter(Boolean) ?? [];
      if (values.length) return values;
    }
    return [];
  };
  const same = (newsml, schemaOrg, csv) => first(["news-article", schemaOrg], ["newsml-g2", newsml], ["csv", csv]);

  const [headline] = same("contentMeta/headline", "headline", "headline");
  const [standfirst] = same("contentMeta/description", "description", "description");
  const [language] = same("@xml:lang", "inLanguage", "language");
  const [published] = same("contentMeta/contentCreated", "datePublished", "published");
  const [modified] = same("contentMeta/contentModified", "dateModified", "modified");
  const [dateline] = same("contentMeta/dateline", "dateline", "dateline");
  const section = first(["news-article", "articleSection"], ["csv", "section"]);
  const genre = same("contentMeta/genre/name", "genre", "genre");
  const bylines = first(["newsml-g2", "contentMeta/by"], ["news-article", "author.name"], ["csv", "bylines"]);
  const provider = first(["news-article", "publisher.name"], ["newsml-g2", "contentMeta/infoSource/name"], ["csv", "provider"]);
  const [rights] = same("rightsInfo/copyrightNotice", "copyrightNotice", "copyright_notice");
  const keywords = same("contentMeta/keyword", "keywords", "keywords");
  const body = ["news-article", "newsml-g2", "csv"].map((format) => found[format]?.paragraphs() ?? []).find((list) => list.length) ?? [];

  const when = [published && stated(published), modified && `changed ${stated(modified)}`].filter(Boolean);
  const line = (kind, parts) => parts.length > 0 && el("p", { class: kind }, parts.join(" · "));
  return el("div", { class: "story", lang: language ?? null, dir: "auto" },
    line("kicker", [...section, ...genre]),
    headline ? el("h3", {}, headline) : el("p", { class: "missing" }, "No headline is stated."),
    standfirst && el("p", { class: "standfirst" }, standfirst),
    line("byline", [...(bylines.length ? [`By ${bylines.join(", ")}`] : []), ...provider]),
    line("when", [...(dateline ? [dateline] : []), ...when]),
    el("div", { class: "story-text" }, body.map((paragraph) => el("p", {}, paragraph))),
    line("keywords", keywords),
    rights && el("p", { class: "rights" }, rights));
}
