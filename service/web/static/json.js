// JSON as a tree, of a text or of the first part of one, or of several lines of it.
//
// A node is {kind: "object" | "array", items: [{key, node}], closed}, or {kind: "string" | "literal", raw, closed}.

const STRING = /"[^"\\]*(?:\\.[^"\\]*)*("|\\?$)/sy;
const LITERAL = /[^\s,\]}]+/y;

/** @returns {object[]} the values that the text has, one after the other */
export function parseJson(text) {
  let at = 0;
  const made = [];

  const blank = () => {
    while (at < text.length && " \t\r\n".includes(text[at])) at += 1;
  };
  const token = (pattern, kind) => {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (!match) return null;
    at = pattern.lastIndex;
    return { kind, raw: match[0], closed: kind === "string" ? match[1] === '"' : at < text.length };
  };

  function value() {
    blank();
    if (at >= text.length) return null;
    const begun = text[at];
    if (begun === '"') return token(STRING, "string");
    if (begun !== "{" && begun !== "[") return token(LITERAL, "literal") ?? ((at += 1), null);
    const node = { kind: begun === "{" ? "object" : "array", items: [], closed: false };
    const end = begun === "{" ? "}" : "]";
    at += 1;
    for (;;) {
      blank();
      if (text[at] === ",") {
        at += 1;
        continue;
      }
      if (at >= text.length) return node;
      if (text[at] === end) {
        at += 1;
        node.closed = true;
        return node;
      }
      let key;
      if (node.kind === "object") {
        key = token(STRING, "string");
        blank();
        if (!key || text[at] !== ":") return node;
        at += 1;
      }
      const inner = value();
      if (!inner) return node;
      node.items.push({ key: key?.raw, node: inner });
    }
  }

  while (at < text.length) {
    const node = value();
    if (node) made.push(node);
    blank();
  }
  return made;
}

/** The value that a string stands for; what is cut short, as it stands. */
export function unquote(raw) {
  try {
    return JSON.parse(raw);
  } catch {
    return raw.slice(1);
  }
}

/** The member of an object by its name. */
export const member = (node, name) => node.items?.find((item) => item.key && unquote(item.key) === name)?.node;
