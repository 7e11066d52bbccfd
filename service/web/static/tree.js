// XML and JSON, highlighted, with what holds other things to be folded. A fold is a <details>, so that the keyboard
// and a screen reader work it as they do everywhere.

import { el } from "./dom.js";
import { parseJson } from "./json.js";
import { parseXml } from "./xml.js";

const mark = (kind, text) => el("span", { class: `t-${kind}` }, text);
const SHORT = 90;

/**
 * @param {string} text
 * @param {"xml" | "json"} kind
 */
export function tree(text, kind) {
  const nodes = kind === "xml" ? xmlNodes(parseXml(text)) : parseJson(text).map((node) => jsonNode(node));
  return el("div", { class: "tree", translate: "no" }, nodes);
}

/** Open or fold everything but the outermost. */
export function foldAll(box, open) {
  for (const fold of box.querySelectorAll("details details")) fold.open = open;
}

const row = (...parts) => el("div", { class: "row" }, parts);

/** `end` makes what closes it: it stands below what is open, and behind what is folded. */
function fold(head, end, children, open) {
  return el("details", { open },
    el("summary", {}, head, el("span", { class: "folded" }, "… ", end?.())),
    el("div", { class: "inner" }, children),
    end && row(end()));
}

/** Of many newsItems the first is read; the others are there to be opened. */
function xmlNodes(nodes) {
  const first = nodes.find((node) => node.name === "newsItem");
  return nodes.map((node) => xmlNode(node, node.name !== "newsItem" || node === first));
}

function xmlNode(node, open) {
  if (node.kind === "text") return row(mark("text", node.text.trim()));
  if (node.kind !== "element") return row(mark("quiet", node.text));
  const begin = [mark("quiet", "<"), mark("name", node.name), node.attributes.map(attribute)];
  const end = node.closed ? () => [mark("quiet", "</"), mark("name", node.name), mark("quiet", ">")] : null;
  if (!node.children.length) return row(begin, node.closed ? mark("quiet", "/>") : mark("quiet", ">"));
  begin.push(mark("quiet", ">"));
  // Mixed text stays on its line, where breaking it would add white space that is not there.
  if (node.children.some((child) => child.kind === "text" && child.text.trim())) return row(begin, node.children.map(inline), end?.());
  return fold(begin, end, xmlNodes(node.children), open);
}

function inline(node) {
  if (node.kind === "text") return mark("text", node.text);
  if (node.kind !== "element") return mark("quiet", node.text);
  const begin = [mark("quiet", "<"), mark("name", node.name), node.attributes.map(attribute)];
  if (!node.children.length) return [begin, mark("quiet", node.closed ? "/>" : ">")];
  return [begin, mark("quiet", ">"), node.children.map(inline), mark("quiet", "</"), mark("name", node.name), mark("quiet", ">")];
}

const attribute = ([name, value]) => [" ", mark("key", name), mark("quiet", "="), mark("string", `"${value}"`)];

function jsonNode(node, key, comma = "", at = 0, depth = 0) {
  const begin = key === undefined ? [] : [mark("key", key), mark("quiet", ": ")];
  const tail = mark("quiet", comma);
  if (node.kind === "string") return row(begin, mark("string", node.raw), tail);
  if (node.kind === "literal") return row(begin, mark("number", node.raw), tail);
  const [opens, closes] = node.kind === "object" ? "{}" : "[]";
  const end = node.closed ? () => [mark("quiet", closes + comma)] : null;
  const flat = plainText(node);
  if (flat !== null && flat.length < SHORT) return row(begin, mark("quiet", `${opens} `), flatItems(node), mark("quiet", ` ${closes}`), tail);
  const children = node.items.map((item, number) =>
    jsonNode(item.node, item.key, number < node.items.length - 1 || !node.closed ? "," : "", number, depth + 1));
  const many = node.kind === "object" && key === undefined && depth > 0;
  return fold([begin, mark("quiet", opens)], end, children, !many || at === 0);
}

/** The items of a small thing that holds no other, as they stand on one line; null where it is none. */
function plainText(node) {
  if (!node.closed || node.items.some((item) => item.node.items)) return null;
  return node.items.map((item) => `${item.key ?? ""}: ${item.node.raw}`).join(", ");
}

const flatItems = (node) => node.items.map((item, at) => [
  at ? mark("quiet", ", ") : "",
  item.key ? [mark("key", item.key), mark("quiet", ": ")] : "",
  mark(item.node.kind === "string" ? "string" : "number", item.node.raw),
]);
