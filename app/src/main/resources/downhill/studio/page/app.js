// The frame around the pages: which one is shown, and what the studio is doing.
import { refill, trouble } from "./dom.js";
import { fixed } from "./format.js";
import { listen, on, refresh, store } from "./store.js";
import * as train from "./train.js";
import * as why from "./why.js";
import * as derivation from "./derivation.js";
import * as boulder from "./boulder.js";
import * as mistakes from "./mistakes.js";

const PAGES = { train, why, derivation, boulder, mistakes };

let leaving = new AbortController();
let shown = "";
let shownData = "";

/** Returns the page's name and what stands behind the question mark. */
function address() {
  const [path, query] = location.hash.replace(/^#\/?/, "").split("?", 2);
  return { name: Object.hasOwn(PAGES, path) ? path : "train", params: new URLSearchParams(query ?? "") };
}

/**
 * Shows the page of the address.
 *
 * @param again whether it is shown already, and other data has come into use
 */
function show(again) {
  if (!store.state) return;
  const { name, params } = address();
  leaving.abort();
  leaving = new AbortController();
  const main = document.getElementById("main");
  const had = main.contains(document.activeElement);
  main.replaceChildren();
  main.className = "page-" + name;
  document.title = `${PAGES[name].title} – Downhill studio`;
  for (const link of document.querySelectorAll("#pages a")) {
    if (link.hash === "#/" + name) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  if (shown && shown !== name) scrollTo(0, 0);
  if (had || (shown && shown !== name)) main.focus({ preventScroll: true });
  shown = name;
  shownData = JSON.stringify(store.state.data);
  // What an address has chosen of other data is not there any more.
  PAGES[name].show(main, again ? new URLSearchParams() : params, leaving.signal);
}

function status() {
  if (!store.state) return;
  const element = document.getElementById("status");
  const { training, course } = store.state;
  const text = {
    starting: "starting…",
    running: "training",
    paused: "paused",
    stopping: "stopping…",
    stopped: "stopped",
    finished: "finished",
    failed: "failed",
    idle: "",
  }[training.status];
  const epoch = course.progress.epoch;
  const where = ["running", "paused"].includes(training.status) && epoch
    ? ` · epoch ${epoch} of ${training.epochs}`
    : training.status === "finished" ? ` · ${fixed(100 * training.test_accuracy, 1)} %` : "";
  refill(document.getElementById("notice"), store.refused ? trouble(store.refused) : "");
  element.className = store.connected ? training.status : "failed";
  const now = store.connected ? text : store.refused ? "no news" : "the studio does not answer";
  element.textContent = store.connected ? text + where : now;
  // Read aloud when something else happens, not with each epoch.
  const said = document.getElementById("said");
  if (said.textContent !== now) said.textContent = now;
}

async function begin() {
  // The token has become a cookie; it need not stand in the address bar, nor in the history. And what
  // a page is opened with is wanted, even where it was written by the page before.
  history.replaceState(null, "", location.pathname + location.hash);
  document.querySelector(".skip").addEventListener("click", (event) => {
    event.preventDefault();
    document.getElementById("main").focus();
  });
  for (const event of ["everything", "training", "progress", "connection"]) on(event, null, status);
  addEventListener("hashchange", () => show(false));
  on("everything", null, () => {
    // Pages keep what somebody has chosen in them, unless it is of other data.
    if (JSON.stringify(store.state.data) !== shownData) show(Boolean(shown));
    document.body.dataset.ready = "true";
  });
  listen();
  try {
    await refresh();
  } catch (error) {
    if (!store.state) refill(document.getElementById("main"), trouble(error));
  }
}

begin();
