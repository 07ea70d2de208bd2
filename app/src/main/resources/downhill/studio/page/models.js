// Which network is asked: that of the training under way, that of a run, or one that knows nothing.
import { field, h, refill, select } from "./dom.js";
import { features } from "./pixels.js";
import { on, refreshRuns, store } from "./store.js";

const fits = (network) => {
  const { data } = store.state;
  const widths = String(network ?? "").split("-").map(Number);
  return widths[0] === features(data) && widths.at(-1) === data.classes.length;
};

function options() {
  const list = [];
  const { network } = store.state.training;
  if (store.state.live) list.push(["live", `this training, as it is now${network ? ` (${network})` : ""}`]);
  for (const run of store.runs) {
    if (run.model && (run.started?.network === undefined || fits(run.started.network))) {
      list.push([run.name, `run ${run.name}${run.started?.network ? " · " + run.started.network : ""}`]);
    }
  }
  list.push(["untrained", "a network that has learned nothing"]);
  return list;
}

/** What is to be said of an answer of a network that did not learn from the data in use; else null. */
export const ofOtherData = (answer) => (answer.other_data ? h("p", { class: "quiet" },
  "It learned from other data than what is in use, or from another part of it: "
  + "it may know images that it is asked about here.") : null);

/**
 * Makes the choice of a network; it begins with the one that is wanted. One that is not there, or
 * not yet, is asked all the same: the answer says why it can't be.
 */
export function modelChoice(wanted, signal, changed) {
  let value = wanted || options()[0][0];
  let early = value === "live" && !store.state.live;
  let settled = Boolean(wanted);
  let named = settled;
  const list = () => {
    const there = options();
    return there.some(([id]) => id === value) ? there : [[value, value === "live" ? "this training" : `run ${value}`], ...there];
  };
  const first = list();
  let shown = JSON.stringify(first);
  const element = select(first, value, (next) => {
    settled = true;
    named = true;
    value = next;
    changed(next);
  });
  const fill = () => {
    const now = list();
    const text = JSON.stringify(now);
    if (text === shown) return; // a list that is open stays so
    shown = text;
    refill(element, ...select(now, value).children);
    element.value = value;
    if (early && value === "live" && store.state.live) {
      early = false;
      changed(value); // it could not be asked before
    }
  };
  on("training", signal, fill);
  on("runs", signal, () => {
    const [[best]] = options();
    const other = !settled && best !== value;
    settled = true; // what comes later does not take the place of what is looked at
    if (other) value = best;
    fill();
    element.value = value; // the list may be the same
    if (other) changed(value);
  });
  refreshRuns().catch(() => {});
  return {
    element: field("Network", element),
    get: () => value,
    /** For the address: only what somebody has chosen is asked again when they come back. */
    query: () => (named ? { model: value } : {}),
  };
}
