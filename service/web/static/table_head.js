// The beginning of a table or of a JSON document: its encoding, its delimiter, its columns or keys, and their first values.

const HEAD = 64 * 1024;
const ROWS = 50;
const DELIMITERS = [",", ";", "\t", "|"];

/** Whether the columns or keys of a file can be mapped, by its name. */
export const isTable = (file) => /\.(csv|tsv|tab|json|ndjson|jsonl)$/i.test(file.name);

/**
 * Read the beginning of a file.
 *
 * @param {File} file
 * @param {{encoding?: string, delimiter?: string}} stated by the user
 * @returns {Promise<{json: boolean, encoding: string, guessed: boolean, delimiter: string, columns: {name: string, values: string[]}[]}>}
 */
export async function readHead(file, stated) {
  const bytes = new Uint8Array(await file.slice(0, HEAD).arrayBuffer());
  const json = /json|jsonl$/i.test(file.name);
  const { encoding, guessed } = encodingOf(bytes);
  const text = new TextDecoder(stated.encoding || encoding).decode(bytes, { stream: file.size > HEAD });
  const found = json ? keysOf(text) : tableOf(text, stated.delimiter);
  return { json, encoding, guessed: guessed && !json, ...found };
}

function encodingOf(bytes) {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return { encoding: "utf-16le", guessed: false };
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return { encoding: "utf-16be", guessed: false };
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
    return { encoding: "utf-8", guessed: false };
  } catch {
    return { encoding: "windows-1252", guessed: true };
  }
}

function tableOf(text, stated) {
  // Excel writes the delimiter into a line of its own.
  const [, own] = /^sep=(.)\r?\n/.exec(text) ?? [];
  const body = own ? text.slice(text.indexOf("\n") + 1) : text;
  const line = body.split(/\r?\n/, 1)[0].replace(/"[^"]*"/g, "");
  const count = (one) => line.split(one).length;
  const delimiter = stated || own || DELIMITERS.reduce((best, one) => (count(one) > count(best) ? one : best));
  const [heading = [], ...rows] = rowsOf(body, delimiter);
  return { delimiter, columns: heading.map((name, at) => ({ name: name.trim(), values: rows.map((row) => row[at] ?? "") })) };
}

/** The first rows of a table (RFC 4180), without an incomplete last one. */
function rowsOf(text, delimiter) {
  const rows = [];
  let row = [];
  let cell = "";
  let quoted = false;
  for (let at = 0; at < text.length && rows.length <= ROWS; at += 1) {
    const one = text[at];
    if (quoted) {
      if (one !== '"') cell += one;
      else if (text[at + 1] === '"') cell += text[(at += 1)];
      else quoted = false;
    } else if (one === '"' && cell === "") quoted = true;
    else if (one === delimiter) {
      row.push(cell);
      cell = "";
    } else if (one === "\n") {
      rows.push([...row, cell.replace(/\r$/, "")]);
      row = [];
      cell = "";
    } else cell += one;
  }
  if (row.length && rows.length <= ROWS && !quoted) rows.push([...row, cell]);
  return rows;
}

/** The keys of the first objects of a document, those of inner objects with points: "title.rendered". */
function keysOf(text) {
  const found = new Map();
  for (const object of objectsOf(text)) {
    for (const [name, value] of leaves(object)) found.set(name, [...(found.get(name) ?? []), value]);
  }
  return { delimiter: "", columns: [...found].map(([name, values]) => ({ name, values })) };
}

function* leaves(object, path = "") {
  for (const [key, value] of Object.entries(object)) {
    if (value && typeof value === "object" && !Array.isArray(value)) yield* leaves(value, `${path}${key}.`);
    else if (value !== null) yield [path + key, Array.isArray(value) ? value.map((one) => (typeof one === "object" ? "…" : one)).join("; ") : String(value)];
  }
}

/** The first whole objects of a list or of lines. */
function objectsOf(text) {
  const found = [];
  let depth = 0;
  let from = 0;
  let quoted = false;
  for (let at = 0; at < text.length && found.length < ROWS; at += 1) {
    const one = text[at];
    if (quoted) {
      if (one === "\\") at += 1;
      else if (one === '"') quoted = false;
    } else if (one === '"') quoted = true;
    else if (one === "{") {
      if (depth === 0) from = at;
      depth += 1;
    } else if (one === "}") {
      depth -= 1;
      if (depth !== 0) continue;
      try {
        found.push(JSON.parse(text.slice(from, at + 1)));
      } catch {
        return found;
      }
    }
  }
  return found;
}
