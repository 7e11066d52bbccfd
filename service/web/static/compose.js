// The form for a new export: it builds the request, and shows each fault at its field.

import { formData, postJson, Problem, upload } from "./api.js";
import { columns } from "./columns.js";
import { control, labelsOf } from "./controls.js";
import { announce, byId, cut, el, marked, say } from "./dom.js";
import { keepDraft, keepLast, readDraft, readLast } from "./draft.js";
import { formats } from "./formats.js";
import { lines } from "./lines.js";
import { metadata } from "./metadata.js";
import { opening } from "./opening.js";
import { source } from "./source.js";
import { counted, sentence, size } from "./words.js";

const MORE = {
  split: {
    label: "Articles in a file at most",
    hint: "Empty: one file for all articles. 1: one file for each article, in a zip for each format.",
  },
  on_error: {
    label: "An article that fails",
    hint: "The job lists each article that is skipped, and exports the others.",
    choices: { skip: "is skipped", fail: "fails the job" },
  },
};

/**
 * @param {(job: object) => void} onJob called with the accepted job
 * @returns {{holds: (id: string) => boolean, leftOut: (id: string) => string[], change: (field: string, lost?: string) => void, renew: () => void}} `holds` says whether
 *   the source of a job is still in the form; `change` moves the focus to a field, and `renew` empties a sent form
 */
export function compose(onJob) {
  const form = byId("compose");
  const convert = byId("convert");
  const maxUpload = Number(document.body.dataset.maxUpload);
  const parts = { source: null, formats: null, metadata: null, columns: null, lines: null, more: new Map() };
  parts.source = source(summarise);
  parts.opening = opening();
  let running = null;
  const draft = readDraft();
  if (draft.sent && !location.hash.startsWith("#job=")) forget();
  let saving = 0;
  // The job whose source is to be chosen again.
  let wanted = "";
  let sent = { what: "", key: "" };

  say(byId("convert-keys"), `${/Mac|iP(?:hone|ad)/.test(navigator.platform) ? "⌘" : "Ctrl"} Enter`);
  say(byId("files-limit"), `The limit is ${size(maxUpload)} at once.`);

  async function load() {
    const { formats: known, schemas, column_fields: fields } = await formData();
    const resolve = (ref) => schemas[ref.split("/").pop()] ?? {};
    parts.formats = formats(byId("formats"), known, summarise);
    parts.metadata = metadata(byId("metadata"), schemas.Metadata, resolve);
    for (const [name, words] of Object.entries(MORE)) {
      parts.more.set(name, control(schemas.UploadRequest.properties[name], { name, resolve, words }));
    }
    byId("more").replaceChildren(...[...parts.more.values()].map((one) => one.element));
    parts.columns = columns(fields, save);
    parts.lines = lines(parts.source, parts.metadata);
    restore(draft);
    offerLast();
    summarise();
  }

  /** Take the settings of an earlier page. */
  function restore({ opening: lines, columns: mapped, formats: chosen, metadata: stated, more }) {
    if (lines) parts.opening.restore(lines);
    if (mapped) parts.columns.restore(mapped);
    if (chosen) parts.formats.restore(chosen);
    if (stated) parts.metadata.restore(stated);
    for (const [name, one] of parts.more) if (more) one.restore(more[name]);
  }

  /** Empty the form for another story. The choice of formats stays. */
  function empty() {
    parts.source.reset();
    parts.opening.restore({});
    parts.columns.restore({});
    emptyDetails();
    forget();
  }

  function forget() {
    Object.assign(draft, { job: "", sent: false, source: null, opening: null, columns: null, metadata: null, more: null });
  }

  function emptyDetails() {
    parts.metadata.restore({});
    for (const one of parts.more.values()) one.restore(undefined);
  }

  /** Offer the settings of the last conversion in a form that has none. */
  function offerLast() {
    const used = draft.columns || draft.metadata || draft.more;
    const last = used ? null : readLast();
    byId("last").hidden = !last;
    if (!last) return;
    byId("last-use").onclick = () => {
      restore(last);
      byId("last").hidden = true;
      byId("source-tabs").querySelector("[aria-selected=true]").focus();
      announce("The formats, columns and details are those of your last conversion.");
      summarise();
    };
  }

  /** Keep what is typed and chosen, soon after it has changed. */
  function save() {
    clearTimeout(saving);
    saving = setTimeout(saveNow, 200);
  }

  function saveNow() {
    clearTimeout(saving);
    draft.source = parts.source.state();
    if (parts.formats) {
      draft.formats = parts.formats.state();
      draft.opening = parts.opening.state();
      draft.columns = parts.columns.state();
      draft.metadata = parts.metadata.value();
      draft.more = Object.fromEntries([...parts.more].map(([name, one]) => [name, one.value()]));
    }
    keepDraft(draft);
  }

  function summarise() {
    if (!parts.formats) return;
    save();
    parts.lines.offer();
    const given = parts.source.value();
    const chosen = parts.formats.ids().length;
    parts.columns.look(given.files ?? []);
    parts.opening.offer(given.files ?? [], parts.source.plainText());
    if (given.name) wanted = "";
    convert.textContent = chosen ? `Convert to ${counted(chosen, "format")}` : "Convert";
    const what = given.files
      ? `${given.name}, ${size(given.files.reduce((sum, file) => sum + file.size, 0))}`
      : given.name ?? (wanted ? `Choose the source again: ${wanted}` : "Nothing to convert yet");
    const adds = added();
    byId("go-summary").replaceChildren(cut(what), ...(adds ? [cut(adds, { class: "go-adds" })] : []));
    byId("go-summary").classList.toggle("none", !given.name && !wanted);
    byId("details-clear").hidden = !adds;
  }

  /** What the form adds to the articles: "Adds: language de, authors Clara Whitmore." */
  function added() {
    const stated = parts.metadata.said();
    const split = parts.more.get("split").value();
    return [stated.length && `Adds: ${stated.join(", ")}.`, split && `${counted(split, "article")} in each file.`].filter(Boolean).join(" ");
  }

  function request() {
    const made = { formats: parts.formats.ids(), name: parts.source.jobName(parts.metadata.value().headline) };
    const reading = { ...parts.columns.reading(), ...parts.opening.reading() };
    const stated = {
      options: parts.formats.options(),
      metadata: { ...parts.metadata.value(), ...parts.columns.metadata() },
      read: Object.keys(reading).length ? { options: reading } : {},
    };
    for (const [name, value] of Object.entries(stated)) if (Object.keys(value).length) made[name] = value;
    for (const [name, one] of parts.more) if (one.value() !== undefined) made[name] = one.value();
    return made;
  }

  /** A request that is sent again after a lost answer has the same key, so that it creates one job. */
  function requestKey(given) {
    const what = JSON.stringify([request(), given.source, given.files?.map((file) => [file.name, file.size, file.lastModified])]);
    if (sent.what !== what) {
      const bytes = crypto.getRandomValues(new Uint8Array(16));
      sent = { what, key: Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("") };
    }
    return { "Idempotency-Key": sent.key };
  }

  async function submit() {
    clear();
    const given = parts.source.value();
    convert.disabled = true;
    await parts.columns.known();
    convert.disabled = false;
    const wrong = [];
    if (!given.name) wrong.push(parts.source.missing());
    if (!parts.formats.ids().length) {
      say(byId("formats-fault"), "Choose a format.");
      wrong.push(parts.formats.first());
    }
    const lost = given.name ? parts.columns.missing() : null;
    if (lost) announce("Choose the column that has the text of the articles.");
    if (lost) wrong.push(lost);
    const order = parts.columns.openOrder();
    if (order) wrong.push(order);
    const mapped = parts.columns.metadata();
    for (const name of Object.keys(parts.metadata.value())) {
      if (mapped[name]) wrong.push(parts.metadata.fault([name], "A column states this field. Empty it, or leave the column out."));
    }
    wrong.push(...parts.metadata.missing(Boolean(parts.source.plainText())));
    if (wrong.length) return focus(wrong[0]);
    const bytes = given.files?.reduce((sum, file) => sum + file.size, 0) ?? 0;
    if (given.files && bytes > maxUpload) {
      const detail = `The files have ${size(bytes)}. The limit is ${size(maxUpload)} at once: send them in parts.`;
      return focus(parts.source.fault(["file"], detail));
    }
    running = new AbortController();
    busy(true);
    try {
      const headers = requestKey(given);
      const job = given.files
        ? await send(given.files, bytes, headers)
        : await (await postJson("/v1/jobs", { source: given.source, ...request() }, headers)).json();
      sent = { what: "", key: "" };
      Object.assign(draft, { job: job.id, sent: true });
      byId("last").hidden = true;
      saveNow();
      keepLast(draft);
      onJob(job);
    } catch (error) {
      if (error.name !== "AbortError") showProblem(error, given);
    } finally {
      busy(false);
      running = null;
    }
  }

  function send(files, bytes, headers) {
    const body = new FormData();
    // The request goes first: the service reads the form as a stream.
    body.append("request", JSON.stringify(request()));
    for (const file of files) body.append("file", file, file.name);
    const bar = byId("upload-bar");
    const text = byId("upload-text");
    const onProgress = (sent, total) => {
      bar.value = sent / total;
      text.textContent = sent < total ? `Uploading: ${size(sent)} of ${size(total)}` : `Uploaded ${size(bytes)}. Waiting for the answer …`;
    };
    onProgress(0, Math.max(bytes, 1));
    for (const id of ["go-upload", "stop-upload"]) byId(id).hidden = false;
    return upload("/v1/jobs", body, { headers, onProgress, signal: running.signal });
  }

  function busy(on) {
    convert.disabled = on;
    form.setAttribute("aria-busy", String(on));
    byId("go-summary").hidden = on;
    if (on) return;
    for (const id of ["go-upload", "stop-upload"]) byId(id).hidden = true;
    summarise();
  }

  /** Show each fault at its field, and list all faults above the form with a link to each. */
  function showProblem(error, given) {
    if (!(error instanceof Problem)) throw error;
    const faults = error.errors.length ? error.errors : [{ pointer: "", detail: error.detail }];
    const items = faults.map(({ pointer, detail }) => {
      const target = at(pointer.split("/").slice(1).map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~")), detail);
      const called = labelsOf(target);
      const said = marked(called ? `${called}: ${detail.replace(/[^.!?]$/, "$&.")}` : sentence(detail));
      return el("li", {}, target ? el("button", { type: "button", class: "link", onclick: () => focus(target) }, said) : said,
        !target && pointer && el("code", {}, pointer));
    });
    const box = byId("compose-faults");
    const heading = !error.errors.length ? error.title
      : faults.every(({ pointer }) => pointer.startsWith("/file")) ? `${counted(items.length, "file")} cannot be converted`
        : `Correct ${counted(items.length, "value")}`;
    box.replaceChildren(el("h2", {}, heading), el("ul", {}, items));
    if (error.status === 0 && given.files) box.append(el("p", {}, "Your files are still chosen."));
    box.hidden = false;
    box.focus();
    box.scrollIntoView({ block: "center" });
  }

  function at([member, ...tail], detail) {
    switch (member) {
      case "source": return parts.source.fault(tail, detail);
      case "file": return parts.source.fault([member, ...tail], detail);
      case "read": return parts.columns.fault(tail, detail);
      case "options": return parts.formats.fault(tail, detail);
      case "metadata": return parts.metadata.fault(tail, detail);
      case "formats":
        say(byId("formats-fault"), sentence(detail));
        return parts.formats.first();
      default: return parts.more.get(member)?.fault(tail, detail) ?? null;
    }
  }

  function clear() {
    byId("compose-faults").hidden = true;
    say(byId("formats-fault"), "");
    parts.source.clear();
    parts.formats.clear();
    parts.metadata.clear();
    parts.columns.clear();
    for (const one of parts.more.values()) one.clear();
  }

  const focus = (element) => {
    element.focus();
    element.scrollIntoView({ block: "center" });
  };

  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    if (event.ctrlKey || event.metaKey) form.requestSubmit(convert);
    // In a line, Enter alone is often pressed to end what is typed.
    else if (event.target.matches("input:not([type=checkbox], [type=radio], [type=file])")) event.preventDefault();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (parts.formats && !running && !convert.disabled) submit();
  });
  byId("stop-upload").addEventListener("click", () => {
    running?.abort();
    convert.focus();
  });

  for (const kind of ["input", "change", "click"]) {
    form.addEventListener(kind, () => {
      if (!parts.formats) return;
      if (kind === "input") parts.lines.forget();
      summarise();
    });
  }
  byId("details-clear").addEventListener("click", () => {
    emptyDetails();
    summarise();
    focus(byId("metadata").querySelector("input"));
    announce("The details are empty.");
  });
  addEventListener("pagehide", saveNow);
  const restored = draft.source ? parts.source.restore(draft.source) : Promise.resolve();

  load().catch((error) => {
    if (!(error instanceof Problem)) throw error;
    const box = byId("compose-faults");
    box.replaceChildren(el("h2", {}, error.title || "The page could not be loaded"), el("p", {}, error.detail),
      el("button", { type: "button", class: "plain", onclick: () => location.reload() }, "Load the page again"));
    box.hidden = false;
    convert.disabled = true;
  });

  return {
    /** Ends when the source of an earlier page is in the form again. */
    restored,
    holds: (id) => draft.job === id && Boolean(parts.source.value().name),
    /** The columns that were left out by choice in a job whose source is still in the form. */
    leftOut: (id) => (draft.job === id && parts.columns ? parts.columns.leftOut() : []),
    change(field, lost = "") {
      if (lost && parts.formats) {
        if (draft.job) {
          empty();
          offerLast();
        }
        wanted = lost;
        summarise();
      }
      const element = field ? parts.metadata?.at(field) : lost && byId("source-tabs").querySelector("[aria-selected=true]");
      if (element) focus(element);
    },
    /** Take up the form again, with all that is in it. */
    resume() {
      draft.sent = false;
    },
    /** Begin another export. */
    renew() {
      wanted = "";
      if (!draft.job || !parts.formats) return;
      empty();
      offerLast();
      summarise();
    },
  };
}
