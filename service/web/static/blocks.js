// The body of an article: its blocks and inline elements, in the JSON form of an article. No picture is fetched.

import { el } from "./dom.js";

const SPANS = {
  strong: "strong", emphasis: "em", sub: "sub", sup: "sup", inserted: "ins", deleted: "del", quoted: "q", code: "code",
};

/** @param {(string | object)[]} all the blocks */
export const blocks = (all) => all.map((one) => block(one));

function block(one) {
  if (typeof one === "string") return el("p", {}, one);
  switch (one.type) {
    case "heading": return el("h4", {}, inlines(one.content));
    case "list": return el(one.ordered ? "ol" : "ul", {}, one.items.map((item) => el("li", {}, item.map((inner) =>
      (typeof inner === "string" ? inner : block(inner))))));
    case "quotation": return el("blockquote", {}, blocks(one.blocks), one.attribution && el("footer", {}, one.attribution));
    case "table": return el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": one.caption ?? "Table" },
      el("table", {}, one.caption && el("caption", {}, one.caption), el("tbody", {}, one.rows.map((row) => el("tr", {}, row.map(cell))))));
    case "figure": return figure(one.media);
    case "embed": return el("p", {}, link(one.url, one.provider ?? one.url));
    case "preformatted": return el("pre", {}, one.text);
    case "break": return el("hr");
    default: return el("p", {}, inlines(one.content));
  }
}

function cell(given) {
  const { content, header, columns, rows } = typeof given === "string" || Array.isArray(given) ? { content: given } : given;
  return el(header ? "th" : "td", { colspan: columns, rowspan: rows }, inlines(content));
}

/** A media object by its caption, its credit and the address of its first file. */
export function figure({ kind, caption, credit, alt, renditions = [] }) {
  const name = { picture: "Picture", video: "Video", audio: "Audio", graphic: "Graphic" }[kind] ?? kind;
  const address = renditions[0]?.href;
  return el("figure", {}, address ? link(address, name) : name,
    el("figcaption", {}, [caption ?? alt, credit].filter(Boolean).join(" · ")));
}

function inlines(content) {
  return (Array.isArray(content) ? content : [content]).map((one) => {
    if (typeof one === "string") return one;
    switch (one.type) {
      case "link": return link(one.href, inlines(one.content));
      case "ruby": return el("ruby", {}, one.base, el("rt", {}, one.text));
      case "break": return el("br");
      default: return el(SPANS[one.type] ?? "span", {}, inlines(one.content));
    }
  });
}

/** A link to another site. An address that could run as code, such as javascript:, is only text. */
const link = (href, content) =>
  (/^(https?|mailto):/i.test(href) ? el("a", { href, rel: "noopener noreferrer", target: "_blank" }, content) : el("span", { title: href }, content));
