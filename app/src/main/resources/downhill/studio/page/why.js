// Why?: one image through the equations, and one weight factor by factor.
import { post } from "./api.js";
import { calmly, field, h, latest, refill, trouble } from "./dom.js";
import { count, factor, fixed, percent, significant, tex } from "./format.js";
import { formula, inline } from "./formula.js";
import { modelChoice } from "./models.js";
import { picker } from "./picker.js";
import { bytes, gridOf, PLANES, picture, pointed, signed } from "./pixels.js";
import { steps } from "./steps.js";
import { store } from "./store.js";

export const title = "Why?";

export function show(main, params, signal) {
  const { data } = store.state;
  const model = modelChoice(params.get("model"), signal, () => {
    images.refresh();
    weight = null;
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
  const reason = h("section", { class: "card reason", "aria-label": "The equation" });
  const stepping = steps(signal);

  main.append(
    h("h1", { class: "hidden" }, "Why does the network say that?"),
    h("div", { class: "why" },
      h("aside", { class: "card side" }, model.element, images.element),
      h("div", { class: "stage" }, messages, h("div", { class: "pair" }, seen, pass), reason, stepping.element)));

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
      const query = new URLSearchParams({ model: model.get() });
      if (example.index !== undefined) query.set("example", example.index);
      history.replaceState(null, "", "#/why?" + query);
    } catch (error) {
      if (!isLast()) return;
      if (error.status === 410) ask(); // too long ago: the network as it is now
      else refill(messages, trouble(error));
    }
  }

  function choose(layer, unit, input) {
    weight = { layer, unit, input };
    ask(true);
  }

  function draw() {
    drawSeen(seen, answer, () => ask());
    drawPass(pass, answer, (layer, unit) => {
      // Of a unit, the weight that this image moves most.
      const before = layer === 1 ? answer.inputs : answer.layers[layer - 2].a;
      choose(layer, unit, before.indexOf(Math.max(...before)));
    });
    drawReason(reason, answer, choose, () => {
      weight = null;
      ask(true);
    });
    stepping.about(answer, { model: model.get(), network: answer.network, example, weight });
  }

  const again = calmly(200, () => !signal.aborted && !stepping.taken() && ask());
  addEventListener("focus", again, { signal }); // a training may have gone on meanwhile
  ask();
}

/** The image, and which of its pixels matter. */
function drawSeen(card, answer, again) {
  const { data } = store.state;
  const best = answer.probabilities.indexOf(Math.max(...answer.probabilities));
  const right = best === answer.label;
  const name = answer.index >= 0 ? `Test image ${answer.index}` : "Your image";
  const pictures = data.height > 1 ? h("div", { class: data.channels === 3 ? "two-pictures colours" : "two-pictures" },
    h("figure", {}, picture(bytes(answer.pixels), data, `${name}: ${data.classes[answer.label]}`), h("figcaption", {}, "what it sees")),
    h("figure", {}, signed(answer.input_gradient, data, "How the loss changes with each pixel"), h("figcaption", {}, data.channels === 3 ? "which pixels matter: their red, green and blue" : "which pixels matter"))) : null;
  refill(card,
    h("h2", {}, `${name}: ${data.classes[answer.label]}`),
    h("p", { class: right ? "verdict good" : "verdict bad" },
      right ? `Recognised, with ${percent(answer.probabilities[best], 1)}.` : `Taken for ${data.classes[best]}, with ${percent(answer.probabilities[best], 1)}.`),
    answer.step === undefined ? null : h("p", { class: "quiet stand" },
      `The network after step ${count(answer.step)}, in epoch ${answer.epoch}. `,
      h("button", { type: "button", class: "link", "data-focus": "again", onclick: again }, "Ask it as it is now")),
    pictures,
    h("p", { class: "quiet" }, "Right: ", inline("\\partial \\mathit{Loss} / \\partial x"), ". Brighter would raise the loss where it is blue, and lower it where it is orange."));
}

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
    h("p", { class: "quiet" }, L > 1 ? "Layer by layer: the bluer a unit, the more active. Choose one to see what moves it." : "One layer: softmax regression."),
    rows,
    h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Classes" },
      h("table", { class: "classes" },
        h("thead", {}, h("tr", {}, ["k", "class", `logit z`, "probability a", "y", "a − y"].map((head) => h("th", { scope: "col" }, head)))),
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
    formula(`\\mathit{Loss} = -\\log a_{${answer.label}} = -\\log ${tex(answer.probabilities[answer.label], 6)} = ${tex(answer.loss, 6)}\\ \\text{nats}`));
}

/** A field of units, to point at or to walk through with the arrow keys. */
function units(values, layer, weight, choose) {
  const grid = gridOf(values.length);
  const painted = signed(values, grid, "");
  const own = weight.layer === layer;
  let at = own ? weight.unit : values.indexOf(Math.max(...values));
  const tip = h("span", { class: "tip", "aria-live": "polite" });
  const mark = h("span", { class: "mark" });
  const box = h("div", {
    class: own ? "units own" : "units", "data-focus": `units ${layer}`, tabindex: "0", role: "slider", "aria-label": `Unit of layer ${layer}`,
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

/** Names an input as the command line does. */
function pixel({ height, width, channels }, j) {
  const plane = height * width;
  const at = j % plane;
  const colour = channels === 3 ? PLANES[Math.floor(j / plane)] + ", " : "";
  return `pixel ${j} (${colour}row ${Math.floor(at / width)}, column ${at % width})`;
}

/** The equation of one weight and of its unit's bias, with the numbers in place. */
function drawReason(card, answer, choose, mostTelling) {
  const { data } = store.state;
  const w = answer.weight;
  const L = answer.layers.length;
  const last = w.layer === L;
  const width = (l) => (l === 0 ? answer.inputs.length : answer.layers[l - 1].a.length);
  const number = (label, value, from, to, change) => {
    const input = h("input", { type: "number", "data-focus": label, min: from, max: to, value, onchange: () => {
      const x = Math.floor(Number(input.value));
      if (x >= from && x <= to) change(x);
    } });
    return field(label, input);
  };
  const clamp = (x, n) => Math.min(x, n - 1);
  const source = w.layer > 1 ? `unit ${w.input} of layer ${w.layer - 1}`
    : data.height > 1 ? pixel(data, w.input) : `input ${w.input}`;
  const target = last ? `class ${w.unit} (${data.classes[w.unit]})` : `unit ${w.unit}`;
  const i = w.unit;
  const j = w.input;
  const l = w.layer;
  const partial = `\\frac{\\partial \\mathit{Loss}}{\\partial w^{${l}}_{${i},${j}}}`;
  const partialBias = `\\frac{\\partial \\mathit{Loss}}{\\partial b^{${l}}_{${i}}}`;

  const weightLines = last
    ? [
      ["(9), (10)", `\\frac{\\partial \\mathit{Loss}}{\\partial w_{ij}} = (a_i - y_i) \\cdot a_j`],
      ["", `${partial} = (${tex(w.a, 6)} - ${w.y}) \\cdot ${factor(w.a_before, 6)} = ${tex(w.gradient, 6)}`],
    ]
    : [
      ["(17), (18)", `\\frac{\\partial \\mathit{Loss}}{\\partial w_{ij}} = \\mathrm{ReLU}'(z_i) \\cdot \\textstyle\\sum_k w_{ki}\\, \\delta_k \\cdot a_j`],
      ["", `${partial} = ${w.slope} \\cdot ${factor(w.sum, 6)} \\cdot ${factor(w.a_before, 6)} = ${tex(w.gradient, 6)}`],
    ];
  const biasLines = last
    ? [["(11), (12)", `\\frac{\\partial \\mathit{Loss}}{\\partial b_i} = a_i - y_i`], ["", `${partialBias} = ${tex(w.a, 6)} - ${w.y} = ${tex(w.delta, 6)}`]]
    : [["(19)", `\\frac{\\partial \\mathit{Loss}}{\\partial b_i} = \\mathrm{ReLU}'(z_i) \\cdot \\textstyle\\sum_k w_{ki}\\, \\delta_k`], ["", `${partialBias} = ${w.slope} \\cdot ${factor(w.sum, 6)} = ${tex(w.delta, 6)}`]];

  refill(card,
    h("h2", {}, "Why this weight moves"),
    h("p", { class: "weight-name" }, `Layer ${l}, from ${source} to ${target}`),
    h("div", { class: "choice" },
      number("Layer", l, 1, L, (x) => choose(x, clamp(i, width(x)), clamp(j, width(x - 1)))),
      number("Unit i", i, 0, width(l) - 1, (x) => choose(l, x, j)),
      number(l === 1 ? "Pixel j" : "From unit j", j, 0, width(l - 1) - 1, (x) => choose(l, i, x)),
      h("button", { type: "button", "data-focus": "telling", onclick: mostTelling }, "The most telling one")),
    h("div", { class: "columns" },
      h("div", {},
        equations("The weight", weightLines),
        factors(last ? [["aᵢ", w.a], ["yᵢ", String(w.y)], ["aᵢ − yᵢ", w.delta], ["aⱼ, the layer before", w.a_before]]
          : [["zᵢ", w.z], ["ReLU′(zᵢ)", String(w.slope)], ["Σₖ wₖᵢ δₖ", w.sum], ["aⱼ, the layer before", w.a_before]]),
        beside(w.gradient, w.weight_difference),
        last ? null : terms(w, l),
        equations("Its unit's bias", biasLines),
        beside(w.delta, w.bias_difference)),
      h("div", { class: "row-pictures" }, rowPictures(answer, choose))));
}

const equations = (head, lines) =>
  h("div", { class: "equations" }, h("h3", {}, head),
    lines.map(([number, text]) => h("div", { class: "equation" }, h("span", { class: "number" }, number), formula(text))));

const factors = (list) =>
  h("dl", { class: "factors" }, list.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, typeof value === "string" ? value : significant(value, 6)))));

/** What the equation says beside what a wiggle really does. */
function beside(said, measured) {
  if (measured === null) {
    return h("p", { class: "beside quiet" }, "Not measured: a unit switches within the smallest wiggle (a kink of ReLU).");
  }
  const scale = Math.max(Math.abs(said), Math.abs(measured));
  return h("dl", { class: "beside" },
    h("div", {}, h("dt", {}, "by the equation"), h("dd", {}, significant(said, 12))),
    h("div", {}, h("dt", {}, "by central difference"), h("dd", {}, significant(measured, 12))),
    h("div", {}, h("dt", {}, "relative difference"), h("dd", {}, significant(scale === 0 ? 0 : Math.abs(said - measured) / scale, 2))));
}

function terms(w, l) {
  const head = w.term_count > w.terms.length
    ? `The sum runs over the ${w.term_count} units k of layer ${l + 1}; its largest terms:`
    : `The sum runs over the ${w.term_count} units k of layer ${l + 1}:`;
  return h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Terms of the sum" },
    h("table", { class: "terms" }, h("caption", {}, head),
      h("thead", {}, h("tr", {}, ["k", "wₖᵢ", "δₖ", "product"].map((head_) => h("th", { scope: "col" }, head_)))),
      h("tbody", {}, w.terms.map((t) => h("tr", {}, h("td", {}, String(t.k)), h("td", {}, significant(t.w, 4)), h("td", {}, significant(t.delta, 4)), h("td", {}, significant(t.product, 4)))))));
}

/** All weights into the unit, and their gradients; each can be chosen. */
function rowPictures(answer, choose) {
  const { data } = store.state;
  const { layer, unit } = answer.weight;
  const shape = layer === 1 && data.height > 1 ? data : gridOf(answer.row.length);
  return [["Weights into this unit", answer.row], ["Their gradients", answer.row_gradient]].map(([name, values]) => {
    const painted = signed(values, shape, `${name}: choose one by pointing, or with the numbers above`);
    const tip = h("span", { class: "tip" }, "\u00a0");
    painted.addEventListener("pointermove", (event) => {
      const i = pointed(painted, shape, event);
      if (i >= 0 && i < values.length) tip.textContent = `${i}: ${significant(values[i], 4)}`;
    });
    painted.addEventListener("click", (event) => {
      const i = pointed(painted, shape, event);
      if (i >= 0 && i < values.length) choose(layer, unit, i);
    });
    return h("figure", {}, h("figcaption", {}, name), painted, tip);
  });
}
