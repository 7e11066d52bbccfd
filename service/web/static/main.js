// The entry point: shows the form for a new export, or the job in the address (#job=ID).

import { ROOT } from "./api.js";
import { offerThemes } from "./appearance.js";
import { compose } from "./compose.js";
import { byId } from "./dom.js";
import { jobs } from "./jobs.js";
import { jobView } from "./job.js";

const list = jobs();
const form = compose((job) => {
  location.hash = `job=${job.id}`;
  list.refresh();
});
const view = jobView({ onChange: list.update, onGone: gone, onRefresh: list.refresh, restored: form.restored, holds: form.holds, leftOut: form.leftOut, onAgain: again });

const named = () => /^#job=([\w-]+)$/.exec(location.hash)?.[1] ?? "";

function gone(id) {
  list.drop(id);
  history.replaceState(null, "", `${ROOT}/`);
  route();
}

/** Show the form with the source of the job, at a field. `lost` is the name of a job whose source the form no longer has. */
function again(field, lost) {
  history.pushState(null, "", `${ROOT}/`);
  route();
  form.change(field, lost);
}

function route({ first = false } = {}) {
  const id = named();
  byId("compose").hidden = id !== "";
  byId("job").hidden = id === "";
  list.current(id);
  if (id) {
    view.show(id, { focus: !first });
  } else {
    view.leave();
    document.title = "newsmill";
    if (!first) {
      form.resume();
      byId("main").focus({ preventScroll: true });
      scrollTo(0, 0);
    }
  }
}

// A link past a part of the page moves the focus alone: the address is that of a job.
addEventListener("click", (event) => {
  const link = event.target.closest(".skip, .pass");
  if (!link) return;
  event.preventDefault();
  const target = byId(link.hash.slice(1));
  (target.matches("button, [tabindex]") ? target : target.querySelector("[tabindex='0']")).focus();
});
offerThemes();
document.querySelector(".wordmark").addEventListener("click", (event) => {
  if (event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  if (named()) form.renew();
  if (location.hash) history.pushState(null, "", `${ROOT}/`);
  route();
});
addEventListener("hashchange", () => route());
list.begin();
route({ first: true });
