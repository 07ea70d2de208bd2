// Why?: one image through the equations, and one weight factor by factor.
import { post } from "./api.js";
import { calmly, h, latest, refill, trouble } from "./dom.js";
import { count, fixed, percent, significant, tex } from "./format.js";
import { formula, inline } from "./formula.js";
import { modelChoice, ofOtherData } from "./models.js";
import { picker } from "./picker.js";
import { bytes, gridOf, picture, pointed, signed } from "./pixels.js";
import { reasonCard } from "./reason.js";
import { steps } from "./steps.js";
import { store } from "./store.js";

export const title = "Why?";

export function show(main, params, signal) {
  const { data } = store.state;
  const model = modelChoice(params.get("model"), signal, () => {
    images.refresh();
    weight = null;
    forget();
    ask();
  });
  let example = { index: Math.min(data.test - 1, Math.max(0, Math.floor(Number(params.get("example") ?? 0)) || 0)) };
  let weight = null;
  let answer = null;
  const turn = latest(signal);

  const images = picker(model.get, (chosen) => {
    example = chosen;
    weight = null;
    ask();
  }, signal);
  images.mark(example);
  const messages = h("div");
  const seen = h("section", { class: "card seen-card", "aria-label": "The image" });
  const pass = h("section", { class: "card", "aria-label": "Forward pass" });
  const reason = reasonCard(choose, () => {
    weight = null;
    ask(true);
  });
  const stepping = steps(signal);

  main.append(
    h("h1", { class: "hidden" }, "Why does the network say that?"),
    h("div", { class: "why" },
      h("aside", { class: "card side" }, model.element, images.element),
      h("div", { class: "stage" }, messages, h("div", { class: "pair" }, seen, pass), reason.element, stepping.element)));

  /** Takes the answer away: it is of another network or image, and nothing may be asked of it. */
  function forget() {
    answer = null;
    for (const card of [seen, pass, reason.element, stepping.element]) card.hidden = true;
  }

  /**
   * Asks the network.
   *
   * @param same whether to ask the very one that is shown: a training may have moved on meanwhile
   */
  async function ask(same) {
    const isLast = turn();
    const body = { model: model.get(), example };
    if (weight) body.weight = weight;
    if (same && answer) body.network = answer.network;
    try {
      const reply = await post("explain", body);
      if (!isLast()) return;
      answer = reply;
      weight = { layer: reply.weight.layer, unit: reply.weight.unit, input: reply.weight.input };
      messages.replaceChildren();
      draw();
      const query = new URLSearchParams(model.query());
      if (example.index !== undefined) query.set("example", example.index);
      history.replaceState(null, "", "#/why?" + query);
    } catch (error) {
      if (!isLast()) return;
      if (error.status === 410) ask(); // too long ago: the network as it is now
      else if (error.status === 400 && body.weight && !same) { // another network has no such unit
        weight = null;
        ask();
      } else {
        if (!same && error.status !== 0) forget(); // without any answer, the last one holds
        refill(messages, trouble(error));
      }
    }
  }

  function choose(layer, unit, input) {
    weight = { layer, unit, input };
    ask(true);
  }

  function draw() {
    for (const card of [seen, pass, reason.element]) card.hidden = false;
    drawSeen(seen, answer, () => ask());
    drawPass(pass, answer, (layer, unit) => {
      // Of a unit, the weight that this image moves most.
      const before = layer === 1 ? answer.inputs : answer.layers[layer - 2].a;
      choose(layer, unit, indexOfGreatest(before));
    });
    reason.about(answer);
    stepping.about(answer, { model: model.get(), network: answer.network, example, weight });
  }

  const again = calmly(200, () => !signal.aborted && !stepping.taken() && ask());
  addEventListener("focus", again, { signal }); // a training may have gone on meanwhile
  ask();
}

/** Returns where the greatest of some values is; they may be more than a call takes arguments. */
const indexOfGreatest = (values) => values.reduce((best, value, i) => (value > values[best] ? i : best), 0);

/** The image, and which of its pixels matter. */
function drawSeen(card, answer, again) {
  const { data } = store.state;
  const best = indexOfGreatest(answer.probabilities);
  const right = best === answer.label;
  const name = answer.index >= 0 ? `Test image ${answer.index}` : "Your image";
  const pictures = data.height > 1 ? h("div", { class: data.channels === 3 ? "two-pictures colours" : "two-pictures" },
    h("figure", {}, picture(bytes(answer.pixels), data, `${name}: ${data.classes[answer.label]}`), h("figcaption", {}, "what it sees")),
    h("figure", {}, signed(answer.input_gradient, data, "How the loss changes with each pixel"),
      h("figcaption", {}, "which pixels matter" + (data.channels === 3 ? ": their red, green and blue" : "")))) : null;
  refill(card,
    h("h2", {}, `${name}: ${data.classes[answer.label]}`),
    h("p", { class: right ? "verdict good" : "verdict bad" },
      `${right ? "Recognised" : `Taken for ${data.classes[best]}`}, with ${percent(answer.probabilities[best], 1)}.`),
    answer.step === undefined ? null : h("p", { class: "quiet stand" },
      `The network after step ${count(answer.step)}, in epoch ${answer.epoch}. `,
      h("button", { type: "button", class: "link", "data-focus": "again", onclick: again }, "Ask it as it is now")),
    ofOtherData(answer),
    pictures,
    h("p", { class: "quiet" }, "Right: ", inline("\\partial \\mathit{Loss} / \\partial x"),
      ". Brighter would raise the loss where it is blue, and lower it where it is orange."));
}

const HEADS = ["k", "class", "logit z", "probability a", "y", "a − y"];

/** Each layer as a field of its units, then the classes. */
function drawPass(card, answer, choose) {
  const { data } = store.state;
  const { layers, weight } = answer;
  const L = layers.length;
  const rows = layers.slice(0, -1).map((layer, index) => {
    const l = index + 1;
    const active = layer.a.filter((a) => a > 0).length;
    return h("div", { class: "layer-row" },
      h("div", {}, h("b", {}, inline(`a^{${l}} = \\mathrm{ReLU}(z^{${l}})`)),
        h("p", { class: "note" }, `${layer.a.length} units, ${active} active`)),
      units(layer.a, l, weight, choose));
  });
  refill(card,
    h("h2", {}, "Forward pass"),
    h("p", { class: "quiet" }, L > 1 ? "Layer by layer: the bluer a unit, the more active. Choose one to see what moves it."
      : "One layer: softmax regression."),
    rows,
    h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Classes" },
      h("table", { class: "classes" },
        h("thead", {}, h("tr", {}, HEADS.map((head) => h("th", { scope: "col" }, head)))),
        h("tbody", {}, answer.probabilities.map((a, k) =>
          h("tr", { class: k === answer.label ? "true" : "" },
            h("td", {}, String(k)),
            h("th", { scope: "row" }, h("button", {
              type: "button", class: "link", "data-focus": `class ${k}`,
              "aria-pressed": String(weight.layer === L && weight.unit === k), onclick: () => choose(L, k),
            }, data.classes[k])),
            h("td", {}, fixed(layers[L - 1].z[k], 4)),
            h("td", { class: "measure", vars: { "--share": a.toFixed(4) } }, significant(a, 4)),
            h("td", {}, k === answer.label ? "1" : "0"),
            h("td", {}, significant(layers[L - 1].delta[k], 4))))))),
    formula(`\\mathit{Loss} = -\\log a_{${answer.label}} = -\\log ${tex(answer.probabilities[answer.label], 6)} = `
      + `${tex(answer.loss, 6)}\\ \\text{nats}`));
}

/** A field of units, to point at or to walk through with the arrow keys. */
function units(values, layer, weight, choose) {
  const grid = gridOf(values.length);
  const painted = signed(values, grid, "");
  const own = weight.layer === layer;
  let at = own ? weight.unit : indexOfGreatest(values);
  const tip = h("span", { class: "tip", "aria-live": "polite" });
  const mark = h("span", { class: "mark" });
  const box = h("div", {
    class: own ? "units own" : "units", "data-focus": `units ${layer}`, tabindex: "0", role: "slider",
    "aria-label": `Unit of layer ${layer}`,
    "aria-valuemin": 0, "aria-valuemax": values.length - 1, vars: { "--columns": grid.width, "--rows": grid.height },
  }, painted, mark);

  function say(i) {
    at = i;
    tip.textContent = `unit ${i}: ${significant(values[i], 4)}`;
    box.setAttribute("aria-valuenow", i);
    box.setAttribute("aria-valuetext", tip.textContent);
    mark.style.setProperty("--column", i % grid.width);
    mark.style.setProperty("--row", Math.floor(i / grid.width));
  }

  painted.addEventListener("pointermove", (event) => {
    const i = pointed(painted, grid, event);
    if (i >= 0 && i < values.length) say(i);
  });
  painted.addEventListener("click", (event) => {
    const i = pointed(painted, grid, event);
    if (i >= 0 && i < values.length) choose(layer, i);
  });
  box.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -grid.width, ArrowDown: grid.width }[event.key];
    if (by !== undefined) {
      event.preventDefault();
      say(Math.max(0, Math.min(values.length - 1, at + by)));
    } else if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      choose(layer, at);
    }
  });
  say(at);
  return h("div", { class: "units-place" }, box, tip);
}
