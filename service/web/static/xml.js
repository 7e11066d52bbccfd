// XML as a tree, of a document or of the first part of one: nothing is run, fetched or resolved.
//
// An element is {kind: "element", name, attributes: [[name, value]], children, closed}, whose values are as they stand
// in the document; anything else is {kind, text}.

const NAMED = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/** A text without its character references (XML 1.0, section 4.1). */
export const decode = (text) =>
  text.replace(/&(#x[\da-f]+|#\d+|\w+);/gi, (whole, name) => {
    if (name[0] !== "#") return NAMED[name] ?? whole;
    const code = name[1] === "x" ? parseInt(name.slice(2), 16) : Number(name.slice(1));
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });

export const localName = (name) => name.slice(name.indexOf(":") + 1);

const MARK = /<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<!\[CDATA\[[\s\S]*?\]\]>|<!(?:[^>[]|\[[^\]]*\])*>|<\/([^\s>]+)\s*>|<([^\s/>!?]+)([^>"']*(?:"[^"]*"[^>"']*|'[^']*'[^>"']*)*)>/g;

/** @returns {object[]} what stands at the top of the document */
export function parseXml(text) {
  const top = [];
  const open = [];
  let at = 0;
  const add = (node) => (open.at(-1)?.children ?? top).push(node);
  const addText = (end) => {
    if (end > at && text.slice(at, end).trim()) add({ kind: "text", text: text.slice(at, end) });
  };
  for (const match of text.matchAll(MARK)) {
    addText(match.index);
    at = match.index + match[0].length;
    const [whole, closes, opens, attributes] = match;
    const empty = attributes?.endsWith("/");
    if (closes) {
      const closed = open.pop();
      if (closed) closed.closed = true;
    } else if (opens) {
      const element = { kind: "element", name: opens, attributes: parseAttributes(attributes), children: [], closed: empty };
      add(element);
      if (!empty) open.push(element);
    } else {
      const kind = whole.startsWith("<![") ? "cdata" : whole.startsWith("<!--") ? "comment" : "instruction";
      add({ kind, text: whole });
    }
  }
  // What is left of a document that was cut may end within a tag, which is no text.
  const cut = text.indexOf("<", at);
  addText(cut < 0 ? text.length : cut);
  return top;
}

const parseAttributes = (text) => [...text.matchAll(/([^\s=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)].map(([, name, double, single]) => [name, double ?? single]);

/** The text of an element and of all in it; a `br` is a line break. */
export function textOf(node) {
  if (node.kind === "text") return decode(node.text);
  if (node.kind === "cdata") return node.text.slice(9, -3);
  if (node.kind !== "element") return "";
  return localName(node.name) === "br" ? "\n" : node.children.map(textOf).join("");
}

/** Every element of a local name, in the order of the document. */
export function* elements(nodes, name) {
  for (const node of nodes) {
    if (node.kind !== "element") continue;
    if (localName(node.name) === name) yield node;
    yield* elements(node.children, name);
  }
}
