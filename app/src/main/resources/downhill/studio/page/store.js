// What the page knows of the studio, kept up to date by the studio's events.
import { get, whyNoNews } from "./api.js";
import { latest } from "./dom.js";

const listeners = new Map();

/** What keeps the studio from telling news: nothing, that it does not answer, or what it answers. */
export const store = { state: null, runs: [], connected: true, refused: null };

const AGAIN_MILLIS = 5000;

/** Calls back on an event until the signal aborts. */
export function on(event, signal, callback) {
  if (!listeners.has(event)) listeners.set(event, new Set());
  listeners.get(event).add(callback);
  signal?.addEventListener("abort", () => listeners.get(event).delete(callback));
}

function tell(event, detail) {
  for (const callback of [...(listeners.get(event) ?? [])]) callback(detail);
}

const turn = latest();

/** The training last heard of; what is fetched may be older, or newer. */
let newest = null;

/** The epochs and the progress heard of while the state is fetched; null while it is not. */
let heard = null;

/** Fetches all anew. */
export async function refresh() {
  const isLast = turn();
  heard = { epochs: [], progress: null };
  try {
    const state = await get("state");
    if (!isLast()) return; // a later one is on its way
    adopt(state);
    const known = state.course.epochs.at(-1)?.step ?? -1;
    heard.epochs.filter((epoch) => epoch.step > known).forEach(add);
    if (heard.progress?.step > (state.course.progress.step ?? -1)) state.course.progress = heard.progress;
  } finally {
    if (isLast()) heard = null;
  }
  tell("everything");
  await refreshRuns();
}

/** A studio that was started again counts anew: what was heard of the one before says nothing of it. */
function isOfAnother(training) {
  return newest !== null && newest.studio !== training.studio;
}

/** Takes a state; of its training it may know less than an event has told meanwhile. */
function adopt(state) {
  state.course.epochs = state.course.lines.map(parse);
  delete state.course.lines;
  if (isOfAnother(state.training)) newest = null;
  if (newest && newest.changes > state.training.changes) {
    if (newest.number !== state.training.number) state.course = nothing();
    state.training = newest;
  }
  newest = state.training;
  store.state = state;
  noteLive();
}

/** A training that runs, or is held, has a network; an older answer may not say so. */
function noteLive() {
  const { state } = store;
  if (["running", "paused"].includes(state.training.status)) state.live = true;
}

export const nothing = () => ({ progress: {}, points: [], epochs: [] });

/** So many epochs are kept, here as by the studio. */
const MOST_EPOCHS = 2000;

export async function refreshRuns() {
  const { runs } = await get("runs");
  store.runs = runs.map(read);
  tell("runs");
}

/** Takes what an order has answered, or an event says; whichever comes later may be the older news. */
export function take(training) {
  if (isOfAnother(training)) {
    refresh().catch(() => {});
    return;
  }
  if (training.changes < (newest?.changes ?? 0)) return;
  const before = newest;
  newest = training;
  const another = before !== null && training.number !== before.number;
  if (another && heard) heard = { epochs: [], progress: null };
  if (!store.state) return; // it is being fetched, and will be compared with this
  store.state.training = training;
  noteLive();
  if (another) store.state.course = nothing();
  tell("training");
  if (another) tell("course");
  if (before.status !== training.status && !isBusy()) refreshRuns().catch(() => {});
}

/** Takes the state after the data has been changed. */
export function takeAll(state) {
  adopt(state);
  tell("everything");
}

export const isBusy = () =>
  ["starting", "running", "paused", "stopping"].includes(store.state?.training.status);

export function parse(line) {
  try {
    return JSON.parse(line);
  } catch {
    return {};
  }
}

function read(run) {
  const [started, epoch, last] = run.lines.map(parse);
  return { ...run, started, epoch, last };
}

/** Adds an epoch, in the place of what it makes void. Its matrix is kept apart: only the newest is. */
function add({ confusion, ...epoch }) {
  const { course } = store.state;
  const { epochs } = course;
  while (epochs.length && !(epochs.at(-1).step < epoch.step)) epochs.pop();
  epochs.push(epoch);
  if (epochs.length > MOST_EPOCHS) epochs.shift();
  if (confusion) course.matrix = { epoch: epoch.epoch, confusion };
}

let source = null;

/**
 * Listens to the studio while the page is seen: a browser allows six connections to it, and each
 * page that listens has one. Whenever that begins, all is fetched: what happens from then on is told.
 */
export function listen() {
  document.addEventListener("visibilitychange", look);
  look();
}

function look() {
  if (document.hidden) {
    source?.close();
    source = null;
  } else if (source === null) open();
}

function open() {
  source = new EventSource("/api/events");
  const hear = (event, then) => source.addEventListener(event, (e) => then(JSON.parse(e.data)));
  const connected = (now, refused = null) => {
    store.connected = now;
    store.refused = refused;
    tell("connection");
  };
  source.onopen = () => {
    connected(true);
    refresh().catch(() => {});
  };
  source.onerror = async () => {
    connected(false, store.refused);
    if (source?.readyState !== EventSource.CLOSED) return; // it tries again by itself
    source = null;
    connected(false, await whyNoNews());
    setTimeout(look, AGAIN_MILLIS);
  };
  hear("state", take);
  hear("progress", (progress) => {
    if (heard) heard.progress = progress;
    if (!store.state) return;
    const { course } = store.state;
    course.progress = progress;
    if (progress.train_loss !== null && progress.train_loss !== undefined) {
      course.points.push([progress.step, progress.train_loss]);
      if (course.points.length > 1200) course.points = course.points.filter((_, i) => i % 2 === 1);
    }
    tell("progress");
  });
  hear("epoch", (epoch) => {
    heard?.epochs.push(epoch);
    if (!store.state) return;
    store.state.live = true;
    add(epoch);
    tell("course");
  });
  hear("snapshot", (snapshot) => {
    if (store.state) tell("snapshot", snapshot); // it may be of a network that has learned nothing
  });
  hear("reload", () => refresh().catch(() => {}));
}
