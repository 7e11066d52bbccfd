// Languages by their names: a field that takes a language tag offers them, and "Deutsch" becomes de.

import { el } from "./dom.js";

// ISO 639-1 and BCP 47 tags of languages in which news is published.
const TAGS = (
  "af am ar az be bg bn bs ca cs cy da de de-AT de-CH el en en-GB en-US es et eu fa fi fil fr ga gl gu he hi hr hu hy id is it ja ka kk km kn " +
  "ko ky lo lt lv mk ml mn mr ms mt my nb ne nl nn no pa pl ps pt pt-BR ro ru si sk sl so sq sr sv sw ta te tg th tk tr uk ur uz vi zh zh-Hans zh-Hant"
).split(" ");

const namesIn = (locale) => new Intl.DisplayNames(locale, { type: "language", fallback: "none" });
const plain = (text) => text.trim().toLocaleLowerCase().normalize("NFD").replace(/\p{M}/gu, "");

let known = null;

// The languages in which names of columns are known too.
const TONGUES = ["en", "de", "fr", "es", "it", "pt", "nl"];

/** Tags by the names of their languages: in seven languages, in the language itself, and in that of the reader. */
function byName() {
  if (known) return known;
  known = new Map();
  const all = [...TONGUES, navigator.language].map(namesIn);
  for (const tag of TAGS) {
    for (const name of [...all.map((names) => names.of(tag)), namesIn(tag).of(tag)]) {
      if (name && !known.has(plain(name))) known.set(plain(name), tag);
    }
  }
  return known;
}

/** The tag of a language that is named, or written in another form of a tag: "Deutsch" and "DE" are de, "pt_br" is pt-BR. */
export function languageTag(text) {
  const named = byName().get(plain(text));
  if (named) return named;
  const tag = text.trim().replaceAll("_", "-");
  if (!/^[a-z]{2,3}(-|$)/i.test(tag)) return text;
  try {
    return Intl.getCanonicalLocales(tag)[0];
  } catch {
    return text;
  }
}

/** The name of a language with its tag: "German (de)". */
export function languageName(tag) {
  try {
    const name = namesIn("en").of(tag);
    return name ? `${name} (${tag})` : tag;
  } catch {
    return tag;
  }
}

/** The list of languages for an input: each tag with its name. */
export function languageList(id) {
  const english = namesIn("en");
  return el("datalist", { id }, TAGS.map((tag) => {
    const own = namesIn(tag).of(tag);
    const name = english.of(tag);
    return el("option", { value: tag }, own && own !== name ? `${name} – ${own}` : name);
  }));
}
