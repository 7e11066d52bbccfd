// Texts for the status of a job.

import { el } from "./dom.js";
import { count, counted, duration, time } from "./words.js";

const NAMES = {
  queued: "Waiting", running: "Running", succeeded: "Done", partial: "Done in part", failed: "Failed",
  canceled: "Canceled", expired: "Expired",
};

/** The name of a job: its own, or when it was posted. */
export const nameOf = (job) => job.name ?? `Export, ${time(job.created)}`;

export const ended = (job) => !["queued", "running"].includes(job.status);

export const statusName = (status) => NAMES[status] ?? status;

export const badge = (status) =>
  el("span", { class: `badge ${NAMES[status] ? status : "queued"}` }, el("span", { class: "dot", "aria-hidden": "true" }), statusName(status));

/** Return the number of articles so far. */
export const passed = ({ done, failed, duplicates = 0 }) => done + failed + duplicates;

/** How many failed. Of what is "" where that is not known. */
export const lost = (failed, what) => `${what ? counted(failed, what) : count(failed)} failed`;

/** Return one line about the progress or the result of a job, of which files or articles failed. */
export function standing({ status, progress, started, finished, expires, file_count }, what = "") {
  const { total, done, failed } = progress;
  const again = progress.duplicates ? `; ${counted(progress.duplicates, "duplicate")} left out` : "";
  switch (status) {
    case "queued": return "The job starts when a worker is free.";
    case "running": {
      const made = total === undefined ? counted(passed(progress), "article") : `${count(passed(progress))} of ${counted(total, "article")}`;
      const without = failed ? `, ${count(failed)} of them failed` : "";
      const pace = progress.rate >= 1 ? `; ${count(Math.round(progress.rate))} a second` : "";
      const left = progress.seconds_left > 1 ? `${pace ? "," : ";"} about ${duration(progress.seconds_left)} left` : "";
      return `${made}${without}${pace}${left}`;
    }
    case "succeeded": return `${counted(done, "article")} in ${counted(file_count, "file")}${took(started, finished)}${again}`;
    case "partial": return `${counted(done, "article")} in ${counted(file_count, "file")}; ${lost(failed, what)}${again}`;
    case "failed": return failed ? `${lost(failed, what)}; there are no files.` : "There are no files.";
    case "canceled": return "The job has no files.";
    case "expired": return expires ? `The files expired: ${time(expires)}.` : "The files have expired.";
    default: return "";
  }
}

function took(started, finished) {
  if (!started || !finished) return "";
  return `, made in ${duration((new Date(finished) - new Date(started)) / 1000)}`;
}
