// What the page knows of the studio, kept up to date by the studio's events.
import { get } from "./api.js";

const listeners = new Map();

export const store = { state: null, runs: [], connected: true };

/** Calls back on an event until the signal aborts. */
export function on(event, signal, callback) {
  if (!listeners.has(event)) listeners.set(event, new Set());
  listeners.get(event).add(callback);
  signal?.addEventListener("abort", () => listeners.get(event).delete(callback));
}

function tell(event, detail) {
  for (const callback of [...(listeners.get(event) ?? [])]) callback(detail);
}

let heard = null;

/** Fetches all anew; the epochs that are heard of meanwhile may be news to it or not. */
export async function refresh() {
  heard = [];
  store.state = await get("state");
  heard?.forEach(add);
  heard = null;
  await refreshRuns();
  tell("everything");
}

export async function refreshRuns() {
  const { runs } = await get("runs");
  store.runs = runs.map(read);
  tell("runs");
}

/** Takes what an order has answered, or an event says; whichever comes later may be the older news. */
export function take(training) {
  if (training.changes < store.state.training.changes) return;
  const before = store.state.training;
  const another = training.number !== before.number;
  store.state.training = training;
  if (another) {
    store.state.course = { progress: {}, points: [], lines: [] };
    heard = null;
  }
  tell("training");
  if (another) tell("course");
  if (before.status !== training.status && !isBusy()) refreshRuns().catch(() => {});
}

/** Takes the state after the data has been changed. */
export function takeAll(state) {
  store.state = state;
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

/** Adds an epoch, in the place of what it makes void. */
function add(epoch) {
  const { lines } = store.state.course;
  while (lines.length && !(parse(lines.at(-1)).step < epoch.step)) lines.pop();
  lines.push(JSON.stringify(epoch));
}

export function listen() {
  const source = new EventSource("/api/events");
  const hear = (event, then) => source.addEventListener(event, (e) => then(JSON.parse(e.data)));
  let lost = false;
  source.onopen = () => {
    store.connected = true;
    tell("connection");
    if (lost) refresh().catch(() => {});
    lost = false;
  };
  source.onerror = () => {
    lost = true;
    store.connected = false;
    tell("connection");
  };
  hear("state", take);
  hear("progress", (progress) => {
    const { course } = store.state;
    course.progress = progress;
    if (progress.train_loss !== null && progress.train_loss !== undefined) {
      course.points.push([progress.step, progress.train_loss]);
      if (course.points.length > 1200) course.points = course.points.filter((_, i) => i % 2 === 1);
    }
    tell("progress");
  });
  hear("epoch", (epoch) => {
    store.state.live = true;
    heard?.push(epoch);
    add(epoch);
    tell("course");
  });
  hear("snapshot", (snapshot) => {
    store.state.live = true;
    tell("snapshot", snapshot);
  });
  hear("reload", () => refresh().catch(() => {}));
}
