// The equation of one weight, or of one bias, with its numbers in place, factor by factor.
import { field, h, refill } from "./dom.js";
import { factor, significant, tex } from "./format.js";
import { formula } from "./formula.js";
import { gridOf, PLANES, pointed, signed } from "./pixels.js";
import { store } from "./store.js";

/**
 * Makes the card.
 *
 * @param choose called with the layer, the unit and the input of another weight
 * @param mostTelling called when the weight is wanted that the loss depends on most
 */
export function reasonCard(choose, mostTelling) {
  const card = h("section", { class: "card reason", "aria-label": "The equation" });
  let what = "weight";
  let answer = null;

  function draw() {
    const { weight } = answer;
    const equations = equationsOf(answer);
    const bias = what === "bias";
    refill(card,
      h("h2", {}, bias ? "Why this bias moves" : "Why this weight moves"),
      h("p", { class: "weight-name" }, nameOf(answer, bias)),
      h("div", { class: "choice" },
        h("div", { class: "tabs", role: "group", "aria-label": "What moves" }, kind("weight", "A weight"), kind("bias", "A bias")),
        numbers(answer, choose, bias),
        h("button", { type: "button", "data-focus": "telling", onclick: mostTelling }, "The most telling one")),
      h("div", { class: "columns" },
        h("div", {}, bias ? null : aboutWeight(answer, equations.weight), aboutBias(answer, equations.bias, bias)),
        h("div", { class: "row-pictures" }, rowPictures(answer, (i) => {
          what = "weight";
          choose(weight.layer, weight.unit, i);
        }))));
  }

  const kind = (name, text) => h("button", {
    type: "button", "data-focus": name, "aria-pressed": String(what === name), onclick: () => {
      what = name;
      draw();
    },
  }, text);

  return {
    element: card,
    about(next) {
      answer = next;
      draw();
    },
  };
}

const isLast = ({ layers, weight }) => weight.layer === layers.length;

/** Names a weight or a bias, and an input, as the command line does. */
function nameOf(answer, bias) {
  const { data } = store.state;
  const { layer, unit, input } = answer.weight;
  const target = isLast(answer) ? `class ${unit} (${data.classes[unit]})` : `unit ${unit}`;
  if (bias) return `Layer ${layer}, the bias of ${target}`;
  const source = layer > 1 ? `unit ${input} of layer ${layer - 1}` : data.height > 1 ? pixel(data, input) : `input ${input}`;
  return `Layer ${layer}, from ${source} to ${target}`;
}

function pixel({ height, width, channels }, j) {
  const plane = height * width;
  const at = j % plane;
  const colour = channels === 3 ? PLANES[Math.floor(j / plane)] + ", " : "";
  return `pixel ${j} (${colour}row ${Math.floor(at / width)}, column ${at % width})`;
}

/** The fields in which a weight or a bias is chosen by its numbers. */
function numbers(answer, choose, bias) {
  const { layer, unit, input } = answer.weight;
  const width = (l) => (l === 0 ? answer.inputs.length : answer.layers[l - 1].a.length);
  const within = (x, n) => Math.min(x, n - 1);
  const number = (label, value, from, to, change) => {
    const element = h("input", { type: "number", "data-focus": label, min: from, max: to, value, onchange: () => {
      const x = element.value.trim() === "" ? NaN : Math.floor(Number(element.value));
      if (x >= from && x <= to) change(x);
      else element.value = value; // what is shown, whatever was typed
    } });
    return field(label, element);
  };
  return [
    number("Layer", layer, 1, answer.layers.length, (x) => choose(x, within(unit, width(x)), within(input, width(x - 1)))),
    number("Unit i", unit, 0, width(layer) - 1, (x) => choose(layer, x, input)),
    bias ? null : number(layer === 1 ? "Pixel j" : "From unit j", input, 0, width(layer - 1) - 1, (x) => choose(layer, unit, x)),
  ];
}

/** The equations with letters, and with numbers. */
function equationsOf(answer) {
  const w = answer.weight;
  const of = (variable) => `\\frac{\\partial \\mathit{Loss}}{\\partial ${variable}}`;
  const weight = of(`w^{${w.layer}}_{${w.unit},${w.input}}`);
  const bias = of(`b^{${w.layer}}_{${w.unit}}`);
  if (isLast(answer)) {
    const delta = `${tex(w.a, 6)} - ${w.y}`;
    return {
      weight: [
        ["(9), (10)", `${of("w_{ij}")} = (a_i - y_i) \\cdot a_j`],
        ["", `${weight} = (${delta}) \\cdot ${factor(w.a_before, 6)} = ${tex(w.gradient, 6)}`],
      ],
      bias: [
        ["(11), (12)", `${of("b_i")} = a_i - y_i`],
        ["", `${bias} = ${delta} = ${tex(w.delta, 6)}`],
      ],
    };
  }
  const sum = "\\mathrm{ReLU}'(z_i) \\cdot \\textstyle\\sum_k w_{ki}\\, \\delta_k";
  const delta = `${w.slope} \\cdot ${factor(w.sum, 6)}`;
  return {
    weight: [
      ["(17), (18)", `${of("w_{ij}")} = ${sum} \\cdot a_j`],
      ["", `${weight} = ${delta} \\cdot ${factor(w.a_before, 6)} = ${tex(w.gradient, 6)}`],
    ],
    bias: [
      ["(19)", `${of("b_i")} = ${sum}`],
      ["", `${bias} = ${delta} = ${tex(w.delta, 6)}`],
    ],
  };
}

/** The factors of a bias's gradient; a weight's has one more. */
const factorsOf = (answer) => {
  const w = answer.weight;
  return isLast(answer)
    ? [["aᵢ", w.a], ["yᵢ", String(w.y)], ["aᵢ − yᵢ", w.delta]]
    : [["zᵢ", w.z], ["ReLU′(zᵢ)", String(w.slope)], ["Σₖ wₖᵢ δₖ", w.sum]];
};

function aboutWeight(answer, lines) {
  const w = answer.weight;
  return [
    equations("The weight", lines),
    factors([...factorsOf(answer), ["aⱼ, the layer before", w.a_before]]),
    beside(w.gradient, w.weight_difference),
    isLast(answer) ? null : terms(w),
  ];
}

function aboutBias(answer, lines, alone) {
  const w = answer.weight;
  return [
    equations(alone ? "The bias" : "Its unit's bias", lines),
    alone ? factors(factorsOf(answer)) : null,
    beside(w.delta, w.bias_difference),
    alone && !isLast(answer) ? terms(w) : null,
  ];
}

const equations = (head, lines) =>
  h("div", { class: "equations" }, h("h3", {}, head),
    lines.map(([number, text]) => h("div", { class: "equation" }, h("span", { class: "number" }, number), formula(text))));

const factors = (list) =>
  h("dl", { class: "factors" }, list.map(([name, value]) =>
    h("div", {}, h("dt", {}, name), h("dd", {}, typeof value === "string" ? value : significant(value, 6)))));

/** What the equation says beside what a wiggle really does. */
function beside(said, measured) {
  if (measured === null) {
    return h("p", { class: "beside quiet" }, "Not measured: a unit switches within the smallest wiggle (a kink of ReLU).");
  }
  const scale = Math.max(Math.abs(said), Math.abs(measured));
  const difference = scale === 0 ? 0 : Math.abs(said - measured) / scale;
  return h("dl", { class: "beside" },
    h("div", {}, h("dt", {}, "by the equation"), h("dd", {}, significant(said, 12))),
    h("div", {}, h("dt", {}, "by central difference"), h("dd", {}, significant(measured, 12))),
    h("div", {}, h("dt", {}, "relative difference"), h("dd", {}, significant(difference, 2))));
}

function terms(w) {
  const head = `The sum runs over the ${w.term_count} units k of layer ${w.layer + 1}`
    + (w.term_count > w.terms.length ? "; its largest terms:" : ":");
  const row = (t) => h("tr", {}, [String(t.k), significant(t.w, 4), significant(t.delta, 4), significant(t.product, 4)]
    .map((text) => h("td", {}, text)));
  return h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Terms of the sum" },
    h("table", { class: "terms" }, h("caption", {}, head),
      h("thead", {}, h("tr", {}, ["k", "wₖᵢ", "δₖ", "product"].map((name) => h("th", { scope: "col" }, name)))),
      h("tbody", {}, w.terms.map(row))));
}

/** All weights into the unit, and their gradients; each can be chosen. */
function rowPictures(answer, pick) {
  const { data } = store.state;
  const shape = answer.weight.layer === 1 && data.height > 1 ? data : gridOf(answer.row.length);
  return [["Weights into this unit", answer.row], ["Their gradients", answer.row_gradient]].map(([name, values]) => {
    const painted = signed(values, shape, `${name}: choose one by pointing, or with the numbers above`);
    const tip = h("span", { class: "tip" }, "\u00a0");
    painted.addEventListener("pointermove", (event) => {
      const i = pointed(painted, shape, event);
      if (i >= 0 && i < values.length) tip.textContent = `${i}: ${significant(values[i], 4)}`;
    });
    painted.addEventListener("click", (event) => {
      const i = pointed(painted, shape, event);
      if (i >= 0 && i < values.length) pick(i);
    });
    return h("figure", {}, h("figcaption", {}, name), painted, tip);
  });
}
