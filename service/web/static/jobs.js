// The list of the user's jobs, newest first.

import { ask, Problem } from "./api.js";
import { byId, cut, el } from "./dom.js";
import { hasKey } from "./key.js";
import { ended, nameOf, passed, statusName } from "./statuses.js";
import { counted, time } from "./words.js";

const EVERY = 5000;
const AT_ONCE = 20;

/** @returns {{begin: () => void, refresh: () => Promise<void>, update: (job: object) => void, drop: (id: string) => void, current: (id: string) => void}} */
export function jobs() {
  const box = byId("jobs");
  const filter = byId("jobs-filter");
  let shown = [];
  let next = "";
  let here = "";
  let length = AT_ONCE;
  let timer = 0;
  let asked = 0;
  // The job that is watched, as it is now: an answer with the list may be older.
  let watched = null;

  /** Show the list that came with the page; load it if the page has none, or is an old one from the browser's cache. */
  function begin() {
    const { newest } = box.dataset;
    const [visit] = performance.getEntriesByType("navigation");
    if (!newest || visit?.transferSize === 0) return refresh();
    ({ jobs: shown, next = "" } = JSON.parse(newest));
    show();
    followOn();
  }

  async function refresh() {
    clearTimeout(timer);
    const turn = (asked += 1);
    try {
      const status = filter.value && `&status=${filter.value}`;
      const page = await fetchPage(`/v1/jobs?limit=${length}${status}`);
      // A later request has been answered: this answer is outdated.
      if (turn !== asked) return;
      [shown, next] = page;
      if (watched && ended(watched) && !filter.value) shown = shown.map((job) => (job.id === watched.id ? watched : job));
      show();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (turn === asked) showProblem(error);
      return;
    }
    followOn();
  }

  /** Load the list again while a job of it goes on. */
  function followOn() {
    if (shown.some((job) => !ended(job))) timer = setTimeout(() => (document.hidden ? waitForSight() : refresh()), EVERY);
  }

  const waitForSight = () => document.addEventListener("visibilitychange", refresh, { once: true });

  async function fetchPage(address) {
    const answer = await ask(address);
    const link = /<([^>]+)>\s*;\s*rel="?next"?/.exec(answer.headers.get("Link") ?? "");
    return [(await answer.json()).jobs, link?.[1] ?? ""];
  }

  function showProblem(error) {
    const older = error.status === 404 || error.status === 405;
    box.replaceChildren(el("p", { class: "empty" }, older ? "This service does not list jobs." : `${error.title}. ${error.detail}`));
    if (!older) box.append(el("button", { type: "button", class: "small", onclick: refresh }, "Try again"));
  }

  function show() {
    byId("jobs-shared").hidden = hasKey();
    if (!shown.length) {
      const empty = filter.value ? `No job is ${statusName(filter.value).toLowerCase()}.` : "There is no job yet.";
      box.replaceChildren(el("p", { class: "empty" }, empty));
      return;
    }
    const focused = document.activeElement?.getAttribute("href");
    const list = el("ol", { class: "job-list" }, shown.map((job) => el("li", {}, item(job))));
    box.replaceChildren(list);
    if (next) box.append(el("button", { type: "button", class: "small more", onclick: more }, "Show older jobs"));
    if (focused?.startsWith("#job=")) list.querySelector(`[href="${CSS.escape(focused)}"]`)?.focus();
  }

  function item(job) {
    const { total } = job.progress;
    const number = passed(job.progress);
    // The same number as on the page of the job.
    const share = () => `${Math.floor((100 * number) / Math.max(total, 1))} %`;
    const amount = ended(job) ? counted(job.progress.done || number, "article") : total === undefined ? counted(number, "article") : share();
    return el("a", { href: `#job=${job.id}`, "aria-current": job.id === here ? "page" : null },
      cut(nameOf(job), { class: "job-name" }),
      el("span", { class: "job-facts" },
        el("span", { class: `dot ${job.status}`, "aria-hidden": "true" }),
        `${statusName(job.status)} · ${amount} · ${time(job.created)}`),
      el("span", { class: "job-facts job-formats" }, (job.formats ?? []).join(", ")));
  }

  async function more() {
    const [older, following] = await fetchPage(next);
    const at = shown.length;
    shown.push(...older);
    length = Math.min(shown.length, 100);
    next = following;
    show();
    box.querySelectorAll(".job-list a")[at]?.focus();
  }

  filter.addEventListener("change", refresh);
  return {
    begin,
    refresh,
    /** Show a job that has changed. */
    update(job) {
      watched = job;
      const at = shown.findIndex((one) => one.id === job.id);
      if (at < 0) {
        // The job comes from elsewhere, such as another tab.
        if (!ended(job) && !filter.value) refresh();
        return;
      }
      shown[at] = job;
      show();
    },
    drop(id) {
      shown = shown.filter((job) => job.id !== id);
      show();
    },
    current(id) {
      here = id;
      for (const link of box.querySelectorAll(".job-list a")) {
        if (link.getAttribute("href") === `#job=${id}`) link.setAttribute("aria-current", "page");
        else link.removeAttribute("aria-current");
      }
    },
  };
}
