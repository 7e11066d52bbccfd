// A job's changes as they happen: its event stream, read with fetch so that a key can be sent, and taken up again
// where it broke off.

import { ask } from "./api.js";

const SOONEST = 500;
const LATEST = 15_000;

/**
 * A job as it changes, to its end.
 *
 * @param {string} id of the job
 * @param {AbortSignal} signal when nobody wants to know any more
 * @yields {{job: object} | {broken: boolean}} the job, or that the connection broke off or is there again
 * @throws {Problem} the service does not know the job, or will not tell
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
        // What the client is to blame for will not mend itself; a connection or a server may.
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

/** That a stream is open, before any event of it. */
const OPEN = {};

async function* changes(id, seen, signal) {
  const headers = { Accept: "text/event-stream", ...(seen && { "Last-Event-ID": seen }) };
  const answer = await ask(`/v1/jobs/${encodeURIComponent(id)}/events`, { headers, signal, cache: "no-store" });
  yield OPEN;
  yield* events(answer.body);
}

/** The events of a stream (HTML Standard, 9.2.6). */
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
