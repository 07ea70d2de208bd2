// The network as in Figure 1: some units of each layer, and what flows between them for one image.
import { post } from "./api.js";
import { field, h, latest, refill, s } from "./dom.js";
import { fixed, percent, count } from "./format.js";
import { bytes, features, picture } from "./pixels.js";
import { store } from "./store.js";

const WIDTH = 760;
const HEIGHT = 330;
const TOP = 16;
const BOTTOM = 292;
const FAINT = 12; // of 127: weaker flows are not drawn

export function networkFigure(complain) {
  const { data } = store.state;
  const place = h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "The network" });
  const image = h("div", { class: "seen-image" });
  const number = h("input", {
    type: "number", min: 0, max: data.test - 1, value: 0, onchange: () => show(number.value.trim() === "" ? NaN : Math.floor(Number(number.value))),
  });
  const another = h("button", { type: "button", class: "small", onclick: () => show(Math.floor(Math.random() * data.test)) }, "Another");
  const why = h("a", {}, "Why?");
  const input = h("div", { class: "seen" }, image, h("div", { class: "seen-choice" },
    field("Test image", number),
    h("p", {}, another, " ", why)));
  const figure = h("figure", { class: "card figure" },
    h("figcaption", {}, h("h3", {}, "The network"),
      h("p", { class: "quiet" }, "What one image sets going: lines are as wide as a weight times the activation it carries, "
        + "blue where it adds, orange where it takes away. A dot is as full as its unit is active.")),
    h("div", { class: "network-row" }, input, place));
  let shape = "";
  let parts = null;
  let watched = 0;
  const turn = latest();

  /** Shows the network with another image, on every page that watches. */
  async function show(example) {
    if (!(example >= 0 && example < data.test)) {
      number.value = watched; // what is shown, whatever was typed
      return;
    }
    const isLast = turn();
    try {
      const snapshot = await post("watch", { example });
      if (isLast()) set(snapshot);
    } catch (error) {
      if (isLast()) complain(error);
    }
  }

  function y(k, n) {
    return n === 1 ? (TOP + BOTTOM) / 2 : TOP + ((BOTTOM - TOP) * k) / (n - 1);
  }

  function build(snapshot) {
    const layers = snapshot.layers;
    const columns = layers.length + 1;
    const x = (l) => 24 + ((WIDTH - 190) * l) / (columns - 1);
    const inputs = Math.round(bytes(layers[0].flows).length / layers[0].units.length);
    const sizes = [inputs, ...layers.map((layer) => layer.units.length)];
    const edges = s("g", { class: "edges" });
    parts = { lines: [], dots: [], bars: [], numbers: [] };
    for (let l = 1; l < columns; l++) {
      const lines = [];
      for (let i = 0; i < sizes[l]; i++) {
        for (let j = 0; j < sizes[l - 1]; j++) {
          const line = s("line", { x1: x(l - 1), y1: y(j, sizes[l - 1]), x2: x(l), y2: y(i, sizes[l]) });
          lines.push(line);
          edges.append(line);
        }
      }
      parts.lines.push(lines);
    }
    const dots = s("g", { class: "dots" });
    for (let l = 0; l < columns; l++) {
      const row = [];
      for (let i = 0; i < sizes[l]; i++) {
        const full = s("circle", { class: "full", cx: x(l), cy: y(i, sizes[l]), r: 0 });
        row.push(full);
        const kind = l === 0 ? "input" : l === columns - 1 ? "output" : "hidden-unit";
        dots.append(s("circle", { class: kind, cx: x(l), cy: y(i, sizes[l]), r: 6 }), full);
      }
      parts.dots.push(row);
    }
    const names = s("g", { class: "names" });
    const last = sizes[columns - 1];
    for (let i = 0; i < last; i++) {
      const unit = layers.at(-1).units[i];
      const at = y(i, last);
      const bar = s("rect", { x: x(columns - 1) + 12, y: at - 8, width: 0, height: 16, rx: 3 });
      const name = s("text", { x: x(columns - 1) + 17, y: at, dy: ".35em" },
        short(data.classes[unit]), s("title", {}, data.classes[unit]));
      const number = s("text", { class: "number", x: WIDTH - 2, y: at, dy: ".35em", "text-anchor": "end" });
      parts.bars.push(bar);
      parts.numbers.push(number);
      names.append(bar, name, number);
    }
    const labels = s("g", { class: "sizes" },
      s("text", { x: x(0), y: HEIGHT - 8, "text-anchor": "start", dx: -12 }, count(features(data))),
      layers.map((layer, l) => s("text", { x: x(l + 1), y: HEIGHT - 8, "text-anchor": "middle" }, count(layer.width))));
    refill(place, s("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "live", role: "img" }, edges, dots, names, labels));
  }

  function set(snapshot) {
    if (!snapshot?.layers) {
      refill(place, h("p", { class: "empty" }, "This network does not fit the data."));
      shape = "";
      return;
    }
    const now = snapshot.network + ":" + snapshot.layers.at(-1).units;
    if (now !== shape) build(snapshot);
    shape = now;
    watched = snapshot.example;
    snapshot.layers.forEach((layer, l) => {
      const flows = new Int8Array(bytes(layer.flows).buffer);
      parts.lines[l].forEach((line, e) => {
        const flow = flows[e];
        const strength = Math.abs(flow);
        line.setAttribute("class", strength < FAINT ? "none" : flow > 0 ? "more" : "less");
        line.setAttribute("stroke-width", (0.4 + (3.4 * strength) / 127).toFixed(2));
        line.setAttribute("stroke-opacity", (0.12 + (0.75 * strength) / 127).toFixed(2));
      });
      const top = Math.max(1e-9, ...layer.activations);
      layer.activations.forEach((a, i) => parts.dots[l + 1][i].setAttribute("r", (4.6 * Math.sqrt(Math.max(0, a) / top)).toFixed(2)));
    });
    place.firstChild.setAttribute("aria-label", inWords(snapshot));
    snapshot.layers.at(-1).units.forEach((unit, i) => {
      const p = snapshot.probabilities[unit] ?? 0;
      parts.bars[i].setAttribute("width", (96 * p).toFixed(1));
      parts.bars[i].setAttribute("class", unit === snapshot.label ? "right" : "wrong");
      parts.numbers[i].textContent = percent(p, 0);
    });
    refill(image,
      data.height > 1 ? picture(bytes(snapshot.pixels), data, `Test image ${snapshot.example}`) : "",
      h("p", {}, h("b", {}, data.classes[snapshot.label]), h("br"), `loss ${fixed(snapshot.loss, 3)}`));
    if (document.activeElement !== number) number.value = snapshot.example;
    why.href = `#/why?${new URLSearchParams({ model: store.state.live ? "live" : "untrained", example: snapshot.example })}`;
  }

  return { element: figure, set };
}

/** What the picture shows, for those who don't see it. */
function inWords(snapshot) {
  const { classes } = store.state.data;
  const best = snapshot.probabilities.map((p, k) => [p, k]).sort(([p], [q]) => q - p).slice(0, 3);
  const active = snapshot.layers.slice(0, -1)
    .map(({ activations }, l) => `${activations.filter((a) => a > 0).length} of ${activations.length} in layer ${l + 1}`);
  return `The network ${snapshot.network} with test image ${snapshot.example}, ${classes[snapshot.label]}. It says `
    + best.map(([p, k]) => `${classes[k]} ${percent(p, 0)}`).join(", ") + "."
    + (active.length ? ` Of the units drawn are active: ${active.join(", ")}.` : "");
}

/** Names of classes often begin alike, or end so. */
const short = (name) => (name.length > 14 ? name.slice(0, 7) + "…" + name.slice(-6) : name);
