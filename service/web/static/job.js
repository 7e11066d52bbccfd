// The view of one job: its progress, its result, its files and its actions.

import { ask, formData, Problem, ROOT } from "./api.js";
import { confirmed } from "./confirm.js";
import { announce, byId, el, marked, say } from "./dom.js";
import { follow } from "./events.js";
import { failures } from "./failures.js";
import { downloadAll, fileList } from "./files.js";
import { icon } from "./icons.js";
import { preview } from "./preview.js";
import { badge, ended, nameOf, passed, standing, statusName } from "./statuses.js";
import { counted, inForm, label, sentence, time } from "./words.js";

/** The text of a warning, in the terms of the form. The field that mends it is a link. */
function readable(warning, format, onMend) {
  const { detail, field } = warning;
  const { id, name } = format(warning.format ?? "");
  const named = (id && detail.startsWith(`${id} `) ? name + detail.slice(id.length) : detail)
    .replace(/with the options? `[^`]+`( and `[^`]+`)*/, `under Formats, ${name}, Options`);
  const place = field && `in \`metadata.${field}\``;
  const at = place ? named.indexOf(place) : -1;
  if (at < 0) return marked(named);
  const there = `under Details, ${label(field)}`;
  return [marked(named.slice(0, at)),
    el("a", { href: `${ROOT}/`, onclick: (event) => mend(event, field, onMend) }, there),
    marked(named.slice(at + place.length))];
}

function mend(event, field, onMend) {
  event.preventDefault();
  onMend(field);
}

/**
 * @param {{onChange: (job: object) => void, onGone: (id: string) => void, onRefresh: () => void,
 *   restored: Promise<void>, holds: (id: string) => boolean, leftOut: (id: string) => string[], onAgain: (field?: string, lost?: string) => void}}
 *   how `holds` says whether the form still has the source of a job, `leftOut` which columns of it were left out by
 *   choice, and `onAgain` leads to the form; `lost` is the job whose source it no longer has
 */
export function jobView({ onChange, onGone, onRefresh, restored, holds, leftOut, onAgain }) {
  const box = byId("job");
  let following = new AbortController();
  let parts = null;
  let last = null;
  let formats = [];

  function leave() {
    following.abort();
    last = null;
    parts = null;
    box.replaceChildren();
  }

  async function show(id, { focus }) {
    leave();
    following = new AbortController();
    const { signal } = following;
    parts = skeleton(id);
    document.title = "Job · newsmill";
    if (focus) {
      parts.heading.focus({ preventScroll: true });
      scrollTo(0, 0);
    }
    try {
      [{ formats }] = await Promise.all([formData(), restored]);
      await watch(id, signal);
    } catch (error) {
      if (!signal.aborted) unknown(error);
    }
  }

  async function watch(id, signal) {
    for await (const { job, broken } of follow(id, signal)) {
      if (signal.aborted) return;
      if (job) update(job);
      else say(parts.broken, broken ? "The connection is lost. The page tries again. The job goes on." : "");
    }
  }

  function skeleton(id) {
    const made = {
      id,
      heading: el("h1", { id: "job-heading", tabindex: "-1", dir: "auto" }, "Job"),
      state: el("div", { class: "state" }),
      bar: el("progress", { "aria-label": "Progress", max: 1 }),
      standing: el("p", { class: "standing" }),
      patience: el("p", { class: "hint", hidden: true }, "You can leave this page. The job goes on, and the list of jobs leads back to it."),
      broken: el("p", { class: "notice caution", hidden: true }),
      actions: el("div", { class: "buttons", role: "group", "aria-label": "Actions" }),
      problem: el("div", {}),
      results: el("div", {}),
      facts: el("dl", { class: "facts" }),
    };
    box.replaceChildren(
      el("a", { class: "back", href: `${ROOT}/`, onclick: leaveByLink }, icon("back"), "New export"),
      el("header", { class: "job-top" }, made.heading, made.state, made.standing, made.bar, made.patience, made.broken, made.actions),
      made.problem, made.results, made.facts);
    return made;
  }

  function leaveByLink(event) {
    event.preventDefault();
    document.querySelector(".wordmark").click();
  }

  function unknown(error) {
    if (!(error instanceof Problem)) throw error;
    const known = error.status !== 404;
    parts.heading.textContent = known ? error.title : "There is no such job";
    const detail = known ? error.detail : "The job was deleted, or its address is incomplete. Choose a job from the list.";
    parts.problem.replaceChildren(el("p", { class: "notice fault", role: "alert" }, detail));
    parts.bar.hidden = true;
  }

  function update(job) {
    const before = last;
    last = job;
    onChange(job);
    const { total } = job.progress;
    const number = passed(job.progress);
    if (before?.status !== job.status) parts.state.replaceChildren(badge(job.status));
    parts.heading.textContent = nameOf(job);
    parts.standing.textContent = standing(job);
    parts.bar.hidden = ended(job);
    parts.patience.hidden = ended(job);
    if (job.status === "running" && total) parts.bar.value = number / total;
    else parts.bar.removeAttribute("value");
    const share = total && job.status === "running" ? `${Math.floor((100 * number) / total)} % · ` : "";
    document.title = `${share}${nameOf(job)} · newsmill`;
    speak(job, before);
    if (before?.status === job.status) return;
    actions(job);
    facts(job);
    if (!ended(job)) return;
    // The list can be filtered by status, and this job's status has changed while it was watched.
    if (before) onRefresh();
    results(job);
  }

  /** Announce each status and each quarter of the progress to screen readers. */
  function speak(job, before) {
    if (!before || before.status !== job.status) {
      announce(`${statusName(job.status)}. ${standing(job)}`);
      return;
    }
    const quarter = ({ progress }) => (progress.total ? Math.floor((4 * passed(progress)) / progress.total) : 0);
    if (quarter(job) > quarter(before)) announce(standing(job));
  }

  function actions(job) {
    const button = (text, act, kind = "plain") => el("button", { type: "button", class: kind, onclick: () => attempt(act) }, text);
    const made = [];
    if (job.files.length > 1) made.push(downloadAll(job, attempt));
    if (!ended(job)) made.push(button("Cancel", () => post("cancel")));
    if (job.status === "partial" || job.status === "failed") {
      const again = button(job.files.length ? "Try what failed again" : "Try again", () => retry());
      // An article that cannot be read fails each time. Only failures of the service are offered again.
      again.hidden = job.progress.failed > 0;
      parts.again = again;
      made.push(again);
    }
    if (ended(job)) made.push(button("Change and convert again", async () => onAgain("", lostName(job))));
    if (ended(job)) made.push(button("Delete", () => remove(job), "plain danger"));
    const held = parts.actions.contains(document.activeElement);
    parts.actions.replaceChildren(...made);
    // The button that had the focus is gone: move the focus to the heading.
    if (held) parts.heading.focus({ preventScroll: true });
  }

  /** Do an action. Show its problem beside the buttons if it fails. */
  async function attempt(act) {
    parts.actions.querySelector(".notice")?.remove();
    try {
      await act();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      parts?.actions.append(el("p", { class: "notice fault", role: "alert" }, `${error.title}. ${sentence(error.detail)}`));
    }
  }

  const post = (action) => ask(`/v1/jobs/${last.id}/${action}`, { method: "POST" });

  async function retry() {
    const { id } = last;
    await post("retry");
    await show(id, { focus: true });
  }

  async function remove(job) {
    const what = job.files.length ? "The server removes its files. Your downloads stay." : "The job leaves the list.";
    if (!(await confirmed("Delete this job?", what, "Delete"))) return;
    await ask(`/v1/jobs/${job.id}`, { method: "DELETE" });
    announce("The job is deleted.");
    onGone(job.id);
  }

  function results(job) {
    const made = [];
    if (job.error) {
      parts.problem.replaceChildren(el("div", { class: "notice fault" },
        el("h2", {}, job.error.title), el("p", {}, marked(sentence(inForm(job.error.detail.replace(`${job.error.title}. `, "")))))));
    } else {
      parts.problem.replaceChildren();
    }
    if (job.progress.failed && job.status !== "expired") made.push(failures(job, { onKnown }));
    // The job is that of these parts, even if another is shown when the failures are known.
    const { again, standing: line } = parts;
    function onKnown({ helpless, what }) {
      again.hidden = helpless;
      line.textContent = standing(job, what);
    }
    const told = worthTelling(job);
    if (job.files.length) {
      const own = job.formats.map(format);
      const shown = preview(job, own);
      made.push(fileList(job, own, { onPreview: shown.open, attempt }));
      if (told.length) made.push(warnings(job, told));
      made.push(shown.element);
    } else if (told.length) {
      made.push(warnings(job, told));
    }
    parts.results.replaceChildren(...made);
  }

  const format = (id) => formats.find((one) => one.id === id) ?? { id, name: id };

  /** The warnings, but for those about columns that were left out by choice. */
  function worthTelling(job) {
    const left = leftOut(job.id);
    return job.warnings.filter(({ type, path }) => !(type === "source-not-held" && left.includes(path)));
  }

  /** The name of a job whose source is not in the form. */
  const lostName = (job) => (holds(job.id) ? "" : nameOf(job));

  function warnings(job, told) {
    return el("section", { class: "warnings", "aria-labelledby": "warnings-heading" },
      el("h2", { id: "warnings-heading" }, "Warnings"),
      el("ul", {}, told.map((one) => el("li", {}, readable(one, format, (field) => onAgain(field, lostName(job))), " ",
        el("span", { class: "amount" }, `In ${counted(one.articles, "article")}.`)))));
  }

  function facts(job) {
    const shown = [
      ["Job", el("code", {}, job.id)],
      ["Formats", job.formats.map((id) => format(id).name).join(", ")],
      ["Posted", time(job.created)],
      job.finished && ["Ended", time(job.finished)],
      job.expires && job.files.length > 0 && ["Files are kept until", time(job.expires)],
    ].filter(Boolean);
    parts.facts.replaceChildren(...shown.map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value))));
  }

  return { show, leave };
}
