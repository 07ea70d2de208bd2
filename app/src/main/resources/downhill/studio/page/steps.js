// A step downhill with one image, and what it does to the loss.
import { post } from "./api.js";
import { field, h, latest, refill, s, trouble } from "./dom.js";
import { percent, significant } from "./format.js";
import { inline } from "./formula.js";
import { store } from "./store.js";

const MOST = 100;

/** Makes the card; it knows nothing to step with until it is told. */
export function steps(signal) {
  const rate = h("input", { type: "text", inputmode: "decimal", autocomplete: "off" });
  const take = h("button", { type: "button", class: "primary", onclick: () => go(wanted + 1) }, "Take one step");
  const undo = h("button", { type: "button", onclick: () => go(0) }, "Undo");
  const result = h("div", { class: "step-result", role: "status" });
  const turn = latest(signal);
  let answer = null;
  let question = null;
  let wanted = 0;

  /** Takes so many steps; of two presses in a row both count, and the last one is shown. */
  async function go(n) {
    const isLast = turn();
    want(n);
    try {
      const reply = await post("descend", { ...question, steps: wanted, rate: Number(rate.value) });
      if (isLast()) refill(result, ...stepResult(reply, answer));
    } catch (error) {
      if (!isLast()) return;
      want(0);
      refill(result, trouble(error));
    }
  }

  function want(n) {
    wanted = Math.min(MOST, n);
    const lost = document.activeElement;
    take.disabled = wanted >= MOST;
    undo.disabled = wanted === 0;
    // A button that can't be pressed any more loses the keyboard's focus.
    if (lost === undo && undo.disabled) take.focus();
    if (lost === take && take.disabled) undo.focus();
  }

  return {
    element: h("section", { class: "card stepping", "aria-label": "A step", hidden: true },
      h("h2", {}, "One step downhill"),
      h("p", { class: "quiet" }, "Every weight and bias moves against its gradient, by η times it, with this image alone "
        + "(section 7). The network that was trained stays as it is."),
      h("div", { class: "controls" }, field("η", rate), take, undo), result),
    /**
     * Begins anew.
     *
     * @param next the answer that is shown
     * @param asked what is sent to step with the very network that gave it
     */
    about(next, asked) {
      turn(); // what is still being answered is about another
      if (next.model !== answer?.model || next.rate !== answer.rate) rate.value = String(next.rate);
      answer = next;
      question = asked;
      want(0);
      result.replaceChildren();
      this.element.hidden = false;
    },
    taken: () => wanted > 0,
  };
}

/** What some steps have changed. */
function stepResult(reply, answer) {
  const n = reply.losses.length - 1;
  const w = answer.weight;
  if (n === 0) return [h("p", { class: "quiet" }, "As it was trained.")];
  const fact = (name, from, to) => h("div", {}, h("dt", {}, name), h("dd", {}, `${from} → ${to}`));
  const before = reply.probabilitiesBefore[answer.label];
  const after = reply.probabilities[answer.label];
  return [
    h("dl", { class: "facts" },
      fact(`Loss after ${n} ${n === 1 ? "step" : "steps"}`, significant(reply.losses[0], 4), significant(reply.losses[n], 4)),
      fact(store.state.data.classes[answer.label], percent(before, 2), percent(after, 2)),
      fact(inline(`w^{${w.layer}}_{${w.unit},${w.input}}`), significant(reply.weights[0], 6), significant(reply.weights[n], 6)),
      fact(inline(`b^{${w.layer}}_{${w.unit}}`), significant(reply.biases[0], 6), significant(reply.biases[n], 6))),
    spark(reply.losses),
  ];
}

function spark(losses) {
  const top = Math.max(...losses, 1e-12);
  const x = (k) => 6 + (308 * k) / Math.max(1, losses.length - 1);
  const y = (v) => 56 - (48 * v) / top;
  const line = losses.map((v, k) => `${k ? "L" : "M"}${x(k).toFixed(1)} ${y(v).toFixed(1)}`).join("");
  const name = `Loss from ${significant(losses[0], 4)} to ${significant(losses.at(-1), 4)}`;
  return s("svg", { class: "spark", viewBox: "0 0 320 64", role: "img", "aria-label": name },
    s("path", { class: "grid", d: "M6 56H314" }),
    s("path", { class: "line", d: line }),
    losses.length <= 30 ? losses.map((v, k) => s("circle", { cx: x(k), cy: y(v), r: 3 })) : []);
}
