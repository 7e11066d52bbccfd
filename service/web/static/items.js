// The articles of an exported file, each with what stands at a place: places are named as in places.json, which is
// worked out from what the writers write.
//
// An item is {at(place) → string[], paragraphs() → string[]}.

import { parseCsv } from "./csv.js";
import { member, parseJson, unquote } from "./json.js";
import { decode, elements, localName, parseXml, textOf } from "./xml.js";

const PARAGRAPHS = "paragraphs.csv: text";
const BLANK_LINE = /\n\s*\n/;

/** The items of a format's files: [{name, text, cut}], of which paragraphs.csv may be one. */
export function itemsOf(formatId, files) {
  switch (formatId) {
    case "newsml-g2": return newsml(files[0].text);
    case "news-article": return newsArticles(files[0].text);
    case "csv": return rows(files);
    default: return [];
  }
}

function newsml(text) {
  const found = [...elements(parseXml(text), "newsItem")];
  return whole(found).map((item) => ({
    at: (place) => walk(item, place.split("/").filter(Boolean)),
    paragraphs: () => [...elements([...elements(item.children, "inlineXML")], "p")].map(textOf),
  }));
}

/** What is cut short is no item, unless there is no other. */
const whole = (found) => (found.length > 1 ? found.filter((one) => one.closed) : found);

function walk(element, [step, ...rest]) {
  if (step === undefined) {
    const text = textOf(element);
    return text.trim() ? [text.trim()] : [];
  }
  if (step.startsWith("@")) {
    return element.attributes.filter(([name]) => (step === "@xml:lang" ? name : localName(name)) === step.slice(1)).map(([, value]) => decode(value));
  }
  const [, name, relation] = /^([^[]+)(?:\[(.+)\])?$/.exec(step);
  return element.children
    .filter((child) => child.kind === "element" && localName(child.name) === name)
    .filter((child) => !relation || child.attributes.some(([key, value]) => key === "rel" && value === relation))
    .flatMap((child) => walk(child, rest));
}

function newsArticles(text) {
  const nodes = parseJson(text);
  const graph = nodes.length === 1 ? member(nodes[0], "@graph") : null;
  const found = graph ? graph.items.map((item) => item.node) : nodes;
  return whole(found).map((node) => ({
    at: (place) => values(node, place.split(".")),
    paragraphs: () => values(node, ["articleBody"]).flatMap((body) => body.split(BLANK_LINE)),
  }));
}

function values(node, [name, ...rest]) {
  if (!node) return [];
  if (node.kind === "array") return node.items.flatMap((item) => values(item.node, name === undefined ? [] : [name, ...rest]));
  if (name !== undefined) return values(member(node, name), rest);
  if (node.kind === "object") return [];
  return [node.kind === "string" ? unquote(node.raw) : node.raw];
}

function rows(files) {
  const [articles, paragraphs] = ["articles", "paragraphs"].map((stem) => {
    const file = files.find((one) => one.name.startsWith(stem));
    return file ? parseCsv(file.text, file.cut) : { columns: [], rows: [] };
  });
  const cell = (table, row, column) => row[table.columns.indexOf(column)] ?? "";
  return articles.rows.map((row) => {
    const key = ["id", "version"].map((column) => cell(articles, row, column)).join();
    const own = () => paragraphs.rows.filter((one) => ["id", "version"].map((column) => cell(paragraphs, one, column)).join() === key);
    return {
      at(place) {
        if (place === PARAGRAPHS) return own().map((one) => cell(paragraphs, one, "text"));
        const value = cell(articles, row, place);
        return value === "" ? [] : [value];
      },
      paragraphs: () => cell(articles, row, "body").split(BLANK_LINE),
    };
  });
}
