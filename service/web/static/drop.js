// Files and folders that are dropped anywhere on the page.

import { byId } from "./dom.js";

/** Files that systems put into folders, which are no articles. */
export const isHidden = (name) => name.startsWith(".") || ["Thumbs.db", "desktop.ini", "__MACOSX"].includes(name);

/**
 * @param {{onDrop: (files: {file: File, path: string}[]) => void, onFault: (text: string) => void}} how
 *   `path` is the place of a file in its folder, or its name
 */
export function dropAnywhere({ onDrop, onFault }) {
  const holdsFiles = (event) => event.dataTransfer?.types.includes("Files");
  const lit = (on) => byId("drop").classList.toggle("over", on);
  addEventListener("dragover", (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = byId("compose").hidden ? "none" : "copy";
    lit(true);
  });
  addEventListener("dragleave", (event) => event.relatedTarget ?? lit(false));
  addEventListener("drop", async (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    lit(false);
    if (byId("compose").hidden) return;
    // The browser empties the list of items when this task ends: take all of them before the first wait.
    const items = [...event.dataTransfer.items].map((item) => [item.webkitGetAsEntry?.(), item.getAsFile()]);
    const found = [];
    try {
      for (const [entry, file] of items) {
        if (entry?.isDirectory) found.push(...(await filesIn(entry, `${entry.name}/`)));
        else if (file) found.push({ file, path: file.name });
      }
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
      return onFault("The browser cannot read this folder. Drop the files in it, or the folder as a .zip.");
    }
    const folder = items.find(([entry]) => entry?.isDirectory)?.[0];
    if (found.length) onDrop(found);
    else if (folder) onFault(`The folder “${folder.name}” has no files.`);
  });
}

/** The files in a folder and in its folders, by their names. */
async function filesIn(folder, path) {
  const found = [];
  for (const entry of (await entriesOf(folder)).sort((one, other) => (one.name < other.name ? -1 : 1))) {
    if (isHidden(entry.name)) continue;
    if (entry.isDirectory) found.push(...(await filesIn(entry, `${path}${entry.name}/`)));
    else found.push({ file: await new Promise((resolve, reject) => entry.file(resolve, reject)), path: path + entry.name });
  }
  return found;
}

/** All entries of a folder: a reader gives at most 100 at once. */
async function entriesOf(folder) {
  const reader = folder.createReader();
  const all = [];
  for (;;) {
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (!some.length) return all;
    all.push(...some);
  }
}
