// The event stream of a job, read with `fetch`, which can send a key. A broken stream is resumed at its last event.

import { ask } from "./api.js";

const SOONEST = 500;
const LATEST = 15_000;

/**
 * Yield a job each time it changes, until it ends.
 *
 * @param {string} id of the job
 * @param {AbortSignal} signal aborts the stream
 * @yields {{job: object} | {broken: boolean}} the job; or whether the connection is broken
 * @throws {Problem} the service refuses: there is no such job, or no access to it
 */
export async function* follow(id, signal) {
  let seen = "";
  let pause = SOONEST;
  while (!signal.aborted) {
    const stream = changes(id, seen, signal);
    for (;;) {
      let event;
      try {
        event = (await stream.next()).value;
      } catch (error) {
        if (signal.aborted) return;
        // Retry after a network error or an error of the server, not after an error of the client.
        if (error.status >= 400 && error.status < 500 && error.status !== 429) throw error;
        yield { broken: true };
      }
      if (!event) break;
      if (event === OPEN) {
        yield { broken: false };
        continue;
      }
      pause = SOONEST;
      seen = event.id || seen;
      yield { job: JSON.parse(event.data) };
      if (event.name === "done") return;
    }
    await new Promise((resolve) => setTimeout(resolve, pause));
    pause = Math.min(pause * 2, LATEST);
  }
}

/** Stands for the opening of a stream, before its first event. */
const OPEN = {};

async function* changes(id, seen, signal) {
  const headers = { Accept: "text/event-stream", ...(seen && { "Last-Event-ID": seen }) };
  const answer = await ask(`/v1/jobs/${encodeURIComponent(id)}/events`, { headers, signal, cache: "no-store" });
  yield OPEN;
  yield* events(answer.body);
}

/** Yield the events of a stream (HTML Standard, 9.2.6). */
async function* events(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const blocks = (rest + value).replaceAll("\r\n", "\n").split("\n\n");
      rest = blocks.pop();
      for (const block of blocks) {
        const event = parse(block);
        if (event.data) yield event;
      }
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

function parse(block) {
  const event = { name: "message", id: "", data: "" };
  for (const line of block.split("\n")) {
    const [, field, value] = /^([^:]*):? ?(.*)$/s.exec(line);
    if (field === "event") event.name = value;
    else if (field === "id") event.id = value;
    else if (field === "data") event.data += (event.data && "\n") + value;
  }
  return event;
}
