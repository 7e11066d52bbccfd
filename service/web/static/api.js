// Requests to the API, with the key. An answer that is an error is thrown as a `Problem`.

import { askForKey, authorization, currentKey } from "./key.js";

/** The path under which the service is published: this module is at ROOT/static/EDITION/api.js. */
export const ROOT = new URL("../..", import.meta.url).pathname.slice(0, -1);

/** An address of the service. Those that the API gives have the root already. */
export const address = (path) => (path.startsWith(`${ROOT}/`) ? path : ROOT + path);

/** A problem as in RFC 9457, or a network error. */
export class Problem extends Error {
  constructor({ status = 0, title = "", detail = "", errors = [], type = "" }) {
    super(detail || title);
    Object.assign(this, { status, title, detail, errors, type });
  }
}

const UNREACHABLE = {
  title: "The service cannot be reached",
  detail: "Check your connection and whether newsmill runs, then try again.",
};

/** The problem in an answer. */
export function problemOf(status, mediaType, text) {
  if (mediaType.includes("json")) {
    try {
      return new Problem({ ...JSON.parse(text), status });
    } catch {
      // A proxy answered, not newsmill.
    }
  }
  return new Problem({ status, title: `The service answered ${status}`, detail: "Try again in a moment." });
}

/**
 * Send a request. Ask the user for a key if the service wants one.
 *
 * @param {string} path
 * @param {RequestInit} request
 * @throws {Problem} the answer is an error, or there is none
 */
export async function ask(path, request = {}) {
  for (;;) {
    const used = currentKey();
    let answer;
    try {
      answer = await fetch(address(path), { ...request, headers: { ...request.headers, ...authorization() } });
    } catch (error) {
      if (request.signal?.aborted) throw error;
      throw new Problem(UNREACHABLE);
    }
    if (answer.ok) return answer;
    if (answer.status === 401 && (await askForKey(used))) continue;
    throw problemOf(answer.status, answer.headers.get("Content-Type") ?? "", await answer.text());
  }
}

export const getJson = async (path, request) => (await ask(path, request)).json();

let form = null;

/** What the form needs to know: {formats, schemas, column_fields}. It is loaded once. */
export function formData() {
  form ??= getJson(`/static/form-${document.body.dataset.form}.json`);
  form.catch(() => {
    form = null;
  });
  return form;
}

export const postJson = (path, body, headers = {}) =>
  ask(path, { method: "POST", headers: { "Content-Type": "application/json", ...headers }, body: JSON.stringify(body) });

/**
 * Post files, and report the upload's progress, which `fetch` cannot.
 *
 * @param {string} path
 * @param {FormData} form
 * @param {{headers: object, onProgress: (sent: number, total: number) => void, signal: AbortSignal}} how
 * @returns {Promise<object>} the JSON of the answer
 */
export async function upload(path, form, how) {
  for (;;) {
    const used = currentKey();
    const answer = await send(path, form, how);
    if (answer.status >= 200 && answer.status < 300) return JSON.parse(answer.responseText);
    if (answer.status === 401 && (await askForKey(used))) continue;
    throw problemOf(answer.status, answer.getResponseHeader("Content-Type") ?? "", answer.responseText);
  }
}

function send(path, form, { headers, onProgress, signal }) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", address(path));
    for (const [name, value] of Object.entries({ ...headers, ...authorization() })) request.setRequestHeader(name, value);
    request.upload.addEventListener("progress", (event) => onProgress(event.loaded, event.total));
    request.addEventListener("load", () => resolve(request));
    request.addEventListener("error", () => reject(new Problem(UNREACHABLE)));
    request.addEventListener("abort", () => reject(new DOMException("The upload was stopped.", "AbortError")));
    signal.addEventListener("abort", () => request.abort(), { once: true });
    request.send(form);
  });
}

/**
 * Return a signed address of a file. A browser can download from it without a header for an hour.
 *
 * @param {string} jobId
 * @param {string} name of the file, or "files.zip"
 */
export async function signedAddress(jobId, name) {
  const answer = await postJson(`/v1/jobs/${encodeURIComponent(jobId)}/links`, { files: [name] });
  return (await answer.json()).links.find((link) => link.name === name).href;
}
