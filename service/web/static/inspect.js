// What a file is, asked of the service before the conversion: its format, or why it is not read; and its columns.

import { ask, Problem } from "./api.js";
import { counted } from "./words.js";

/** The first bytes of a text that are sent. */
const HEAD = 256 * 1024;
/** Files that are read whole, such as spreadsheets and archives, are sent up to this size. */
const LARGEST = 16 * 1024 * 1024;
const AT_ONCE = 4;

const found = new WeakMap();
const asked = new WeakMap();
const waiting = [];
let running = 0;

/** What is known of a file: the answer, null if there is none, undefined if the service was not asked. */
export function known(file, what) {
  if (what !== undefined) found.set(file, what);
  return found.get(file);
}

export const isRead = (what) => Boolean(what?.format);

/**
 * Ask what a file is.
 *
 * @param {File} file
 * @param {Record<string, string>} reading options, such as {encoding: "cp1252"}
 * @returns {Promise<object | null>} what POST /v1/inspect answers; null if it cannot tell
 */
export function whatIs(file, reading = {}) {
  if (Object.keys(reading).length) return inTurn(file, reading);
  if (!asked.has(file)) asked.set(file, found.get(file) ?? inTurn(file, {}));
  return asked.get(file);
}

async function inTurn(file, reading) {
  const plain = !Object.keys(reading).length;
  await turn();
  try {
    const what = await inspect(file, reading);
    if (plain) found.set(file, what);
    return what;
  } catch (error) {
    if (!(error instanceof Problem || error instanceof DOMException)) throw error;
    // Without an answer the files are converted all the same, and the job says what is wrong.
    if (plain) found.set(file, null);
    return null;
  } finally {
    running -= 1;
    waiting.shift()?.();
  }
}

async function turn() {
  if (running >= AT_ONCE) await new Promise((go) => waiting.push(go));
  running += 1;
}

async function inspect(file, reading) {
  if (!file.size) return { detail: "It is empty. Choose the file that has the article." };
  const start = new TextDecoder("latin1").decode(await file.slice(0, 4).arrayBuffer());
  const whole = file.size <= HEAD || (/^(PK|PAR1|\x1f\x8b|\x28\xb5)/.test(start) && file.size <= LARGEST);
  const query = new URLSearchParams({ filename: file.name });
  if (!whole) query.set("part", "true");
  for (const [name, value] of Object.entries(reading)) query.set(`read.${name}`, value);
  const body = whole ? file : file.slice(0, HEAD);
  const headers = { "Content-Type": "application/octet-stream" };
  return (await ask(`/v1/inspect?${query}`, { method: "POST", headers, body })).json();
}

/** What a file is, in a few words: "CSV", "Archive: 12 NewsML-G2, 1 CSV". */
export function kindOf(what) {
  if (!what.archive) return what.name ?? "";
  const inside = (what.contents ?? []).map(({ name, documents }) => `${counted(documents, name, name)}`);
  return inside.length ? `Archive: ${inside.join(", ")}` : "Archive";
}
