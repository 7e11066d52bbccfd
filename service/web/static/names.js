// The names of jobs, stored in this browser. The API knows a job by its id alone.

const NAME = "newsmill.names";
const MOST = 200;

function all() {
  try {
    const kept = JSON.parse(localStorage.getItem(NAME) ?? "[]");
    return new Map(Array.isArray(kept) ? kept : []);
  } catch {
    return new Map();
  }
}

function keep(names) {
  try {
    localStorage.setItem(NAME, JSON.stringify([...names].slice(-MOST)));
  } catch {
    // Storage is off: the id stands for the name.
  }
}

export function rememberName(id, name) {
  keep(all().set(id, name));
}

export function forgetName(id) {
  const names = all();
  if (names.delete(id)) keep(names);
}

export const nameOf = (id) => all().get(id) ?? `Job ${id.slice(0, 8)}`;
