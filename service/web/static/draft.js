// What is typed and chosen in the form, kept for this tab: a reload loses nothing. Files are in IndexedDB, which can
// hold them; the rest is in sessionStorage.

const NAME = "newsmill.draft";
const LAST = "newsmill.last";
const FILES = "files";
/** Details of one article, which the next one does not share. */
const OF_ONE = [
  "id", "alternative_ids", "version", "signal", "headline", "headlines", "description", "descriptions", "slugline", "byline", "bylines",
  "contributors", "dateline", "published", "modified", "first_created", "version_created", "embargoed", "expires", "url", "ed_note", "inferred",
];
const DAY = 24 * 3600 * 1000;
/** Bytes of files that are kept. More would fill the disk of the user with copies. */
const MOST = 256_000_000;

/** The draft of this tab: an empty one at first. */
export function readDraft() {
  try {
    return JSON.parse(sessionStorage.getItem(NAME) ?? "{}") ?? {};
  } catch {
    return {};
  }
}

export function keepDraft(draft) {
  try {
    sessionStorage.setItem(NAME, JSON.stringify(draft));
  } catch {
    // Storage is off or full: the form stays as it is until the page is left.
  }
}

/** The settings of the last conversion: formats, columns, details. They outlive the tab; the source does not. */
export function readLast() {
  try {
    return JSON.parse(localStorage.getItem(LAST) ?? "null");
  } catch {
    return null;
  }
}

export function keepLast({ opening, formats, columns, metadata, more }) {
  const lasting = Object.entries(metadata ?? {}).filter(([name]) => !OF_ONE.includes(name));
  try {
    localStorage.setItem(LAST, JSON.stringify({ opening, formats, columns, metadata: Object.fromEntries(lasting), more }));
  } catch {
    // Storage is off or full: the next conversion begins with the settings of the service.
  }
}

/** The store of files. Those of tabs that were closed a day ago are deleted. */
function open() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open("newsmill", 1);
    request.onupgradeneeded = () => request.result.createObjectStore(FILES);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function inStore(mode, act) {
  const store = await open();
  try {
    return await new Promise((resolve, reject) => {
      const transaction = store.transaction(FILES, mode);
      const request = act(transaction.objectStore(FILES));
      transaction.oncomplete = () => resolve(request?.result);
      transaction.onabort = () => reject(transaction.error);
    });
  } finally {
    store.close();
  }
}

/**
 * Keep the files of a tab.
 *
 * @param {string} tab its key
 * @param {{file: File, path: string}[]} files none deletes what is kept
 */
export async function keepFiles(tab, files) {
  const bytes = files.reduce((sum, { file }) => sum + file.size, 0);
  const kept = files.length > 0 && bytes <= MOST;
  try {
    await inStore("readwrite", (store) => {
      const cursor = store.openCursor();
      cursor.onsuccess = () => {
        const found = cursor.result;
        if (!found) return;
        if (found.value.at < Date.now() - DAY) found.delete();
        found.continue();
      };
      return kept ? store.put({ at: Date.now(), files }, tab) : store.delete(tab);
    });
  } catch {
    // No storage, or no room: the page asks for the files again after a reload.
  }
}

/** @returns {Promise<{file: File, path: string}[]>} the files of a tab; none if they were not kept */
export async function readFiles(tab) {
  try {
    const kept = await inStore("readonly", (store) => store.get(tab));
    return kept?.files ?? [];
  } catch {
    return [];
  }
}
