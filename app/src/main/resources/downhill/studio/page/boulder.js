// Boulder: section 1 as a toy.
import { field, h, refill, s, select, writeAddress } from "./dom.js";
import { significant } from "./format.js";
import { inline } from "./formula.js";

export const title = "Boulder";

const quadratic = (a, b) => ({
  two: true,
  range: 4,
  height: ([x, y]) => (a * x * x + b * y * y) / 2,
  slope: ([x, y]) => [a * x, b * y],
  a,
  b,
  start: [3, 2],
  limit: 2 / Math.max(a, b),
});

// Each hill knows its height and its slope, and where steps begin to grow instead of to shrink.
const HILLS = {
  parabola: {
    name: "A parabola", text: "h(x) = x^2", range: 4, height: ([x]) => x * x, slope: ([x]) => [2 * x], start: [3], rate: 0.25, limit: 1,
  },
  dips: {
    name: "Two dips", text: "h(x) = \\tfrac14 x^4 - 2 x^2 + x + 6", range: 3.4,
    height: ([x]) => x ** 4 / 4 - 2 * x * x + x + 6, slope: ([x]) => [x ** 3 - 4 * x + 1], start: [0.6], rate: 0.05,
  },
  bowl: { name: "A round bowl, two variables", text: "h(x, y) = \\tfrac12 (x^2 + y^2)", ...quadratic(1, 1), rate: 0.3 },
  valley: {
    name: "A narrow valley, two variables", text: "h(x, y) = \\tfrac12 (x^2 + 20 y^2)", ...quadratic(1, 20), start: [3.4, 1], rate: 0.08,
  },
};

const WIDTH = 720;
const HEIGHT = 400;
const MOST = 200;
const FAR = 1e6;

export function show(main, params, signal) {
  let name = Object.hasOwn(HILLS, params.get("hill") ?? "") ? params.get("hill") : "parabola";
  let hill = HILLS[name];
  let rate = Number(params.get("rate")) > 0 ? Number(params.get("rate")) : hill.rate;
  let slip = params.get("slip") === "1";
  let path = [hill.start];
  let timer = null;

  const view = h("div", { class: "view" });
  const table = h("div", { class: "scroll tall", tabindex: "0", role: "region", "aria-label": "Steps" });
  const says = h("p", { class: "says" });
  const said = h("p", { class: "hidden", role: "status" }); // read aloud, but not each step of many
  const rule = h("p", { class: "rule" });
  const hillText = h("p", { class: "note" });
  const number = h("input", { type: "text", inputmode: "decimal", autocomplete: "off" });
  const range = h("input", { type: "range", min: -3, max: 0.4, step: 0.01, "aria-label": "Learning rate η, by dragging" });
  const starts = h("div", { class: "two" });
  const roll = h("button", { type: "button", class: "primary", onclick: () => (timer ? halt() : begin()) }, "Let it roll");

  const choice = select(Object.entries(HILLS).map(([id, { name: text }]) => [id, text]), name, (id) => {
    name = id;
    hill = HILLS[id];
    rate = hill.rate;
    reset(hill.start);
    drawStart();
    drawRate();
  });
  const slipBox = h("input", { type: "checkbox", id: "slip", checked: slip, onchange: () => {
    slip = slipBox.checked;
    reset(path[0]);
  } });

  main.append(
    h("h1", { class: "hidden" }, "The boulder"),
    h("div", { class: "boulder" },
      h("aside", { class: "card side" },
        field("Hill", choice), hillText,
        h("div", { class: "rate" }, field("Learning rate η", number), range),
        h("fieldset", {}, h("legend", {}, "Where it begins"), starts, h("p", { class: "note" }, "Or click into the picture.")),
        h("p", { class: "check" }, slipBox, h("label", { for: "slip" }, "As the document prints it: with a plus sign")),
        h("div", { class: "controls" }, roll,
          h("button", { type: "button", onclick: () => { halt(); step(); } }, "One step"),
          h("button", { type: "button", onclick: () => reset(path[0]) }, "Back to the start"))),
      h("div", { class: "stage" },
        h("section", { class: "card", "aria-label": "The hill" }, rule, view, says, said),
        h("section", { class: "card" }, h("h2", {}, "Step by step"), table))));

  const sign = () => (slip ? 1 : -1);

  function next(at) {
    const slope = hill.slope(at);
    return at.map((x, i) => x + sign() * rate * slope[i]);
  }

  const lost = (at) => at.some((x) => !Number.isFinite(x) || Math.abs(x) > FAR);
  const still = () => path.length > 1 && path.at(-1).every((x, i) => Math.abs(x - path.at(-2)[i]) < 1e-6);

  function step() {
    if (path.length > MOST || lost(path.at(-1)) || still()) return false;
    path.push(next(path.at(-1)));
    draw();
    return true;
  }

  function begin() {
    if (lost(path.at(-1)) || still()) reset(path[0]);
    roll.textContent = "Hold it";
    timer = setInterval(() => step() || halt(), 260);
    step();
  }

  function halt() {
    clearInterval(timer);
    timer = null;
    said.textContent = says.textContent;
    roll.textContent = "Let it roll";
  }

  function reset(start) {
    halt();
    path = [start];
    draw();
  }

  function setRate(value) {
    rate = value;
    reset(path[0]);
  }

  function drawRate() {
    number.value = String(Number(rate.toPrecision(3)));
    range.value = Math.log10(rate);
  }

  number.addEventListener("input", () => {
    const value = Number(number.value);
    if (value > 0 && value <= 10) {
      range.value = Math.log10(value);
      setRate(value);
    }
  });
  range.addEventListener("input", () => {
    const value = Number((10 ** Number(range.value)).toPrecision(2));
    number.value = String(value);
    setRate(value);
  });

  function drawStart() {
    refill(starts, ...path[0].map((value, i) => {
      const input = h("input", {
        type: "text", inputmode: "decimal", value: String(Number(value.toPrecision(4))), autocomplete: "off", oninput: () => {
          const x = Number(input.value);
          if (input.value.trim() !== "" && Math.abs(x) <= hill.range * 1.5) reset(path[0].map((old, k) => (k === i ? x : old)));
        },
      });
      return field(i ? "y" : "x", input);
    }));
    refill(hillText, inline(hill.text));
  }

  /** What is to be learned from it. */
  function comment() {
    const at = path.at(-1);
    const { limit } = hill;
    if (lost(at)) {
      return slip ? "Gone: with a plus sign each step goes up, and each is larger than the one before."
        : "Gone: each step leapt over the dip and landed higher on the other side.";
    }
    if (slip) return "With a plus sign the boulder climbs. Training would raise the loss.";
    if (still()) {
      const deeper = name === "dips" && at[0] > 0 ? ", though there is a deeper dip to the left" : "";
      return `It lies still after ${path.length - 1} steps: the slope is (nearly) 0 here${deeper}.`;
    }
    if (rate > limit && name === "valley") {
      return at[1] === 0 ? `η is above ${significant(limit, 3)}, but it rolls along the valley: nothing sends it across.`
        : `η is above ${significant(limit, 3)}: across the valley each leap is longer than the one before.`;
    }
    if (rate > limit) return `η is above ${significant(limit, 3)}: every step lands farther from the dip than it began.`;
    if (rate === limit) return `η is exactly ${significant(limit, 3)}: it leaps from side to side for ever.`;
    if (name === "valley" && rate > limit / 2) {
      return "Across the valley it leaps from side to side, while along it each step is short: one rate has to suit both.";
    }
    if (rate > limit / 2) return "It leaps over the dip each time, but lands closer.";
    if (path.length === 1) return "The boulder feels the slope where it lies, and moves against it.";
    return `After ${path.length - 1} ${path.length === 2 ? "step" : "steps"} the height is ${significant(hill.height(at), 4)}.`;
  }

  const write = writeAddress(signal, () => {
    const query = new URLSearchParams({ hill: name, rate: String(Number(rate.toPrecision(3))) });
    if (slip) query.set("slip", "1");
    return "/boulder?" + query;
  });

  function draw() {
    const eta = Number(rate.toPrecision(3));
    refill(rule, inline(hill.two
      ? `(x, y) \\leftarrow (x, y) ${slip ? "+" : "-"} ${eta}\\, \\nabla h(x, y)`
      : `x \\leftarrow x ${slip ? "+" : "-"} ${eta}\\, h'(x)`));
    says.textContent = comment();
    if (timer === null && said.textContent !== says.textContent) said.textContent = says.textContent;
    says.className = lost(path.at(-1)) || slip || rate > (hill.limit ?? Infinity) ? "says bad" : "says";
    refill(view, hill.two ? contours() : slope());
    const heads = hill.two ? ["step", "x", "y", "∂h/∂x", "∂h/∂y", "h"] : ["step", "x", "slope h′(x)", "h"];
    const rows = path.map((at, k) => [k, ...at, ...hill.slope(at), hill.height(at)]);
    refill(table, h("table", {}, h("thead", {}, h("tr", {}, heads.map((head) => h("th", { scope: "col" }, head)))),
      h("tbody", {}, rows.slice(-60).reverse().map((row) =>
        h("tr", {}, row.map((x, i) => h("td", {}, i ? significant(x, 6) : String(x))))))));
    write();
  }

  /** A hill of one variable from the side. */
  function slope() {
    const { range: R } = hill;
    const xs = Array.from({ length: 161 }, (_, k) => -R + (2 * R * k) / 160);
    const heights = xs.map((x) => hill.height([x]));
    const top = Math.max(...heights);
    const low = Math.min(...heights);
    const X = (x) => 30 + ((WIDTH - 60) * (x + R)) / (2 * R);
    const Y = (y) => HEIGHT - 46 - ((HEIGHT - 90) * (y - low)) / (top - low);
    const ground = xs.map((x, k) => `${k ? "L" : "M"}${X(x).toFixed(1)} ${Y(heights[k]).toFixed(1)}`).join("");
    const clamp = (x) => Math.max(-R * 1.06, Math.min(R * 1.06, x));
    const seen = path.slice(-40).map(([x]) => [X(clamp(x)), Y(Math.min(hill.height([clamp(x)]), top * 1.08))]);
    const [bx, by] = seen.at(-1);
    const ticks = Array.from({ length: 2 * Math.floor(R) + 1 }, (_, k) => k - Math.floor(R));
    const label = `The hill, and the boulder at ${significant(path.at(-1)[0], 4)}`;
    const svg = s("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": label },
      s("path", { class: "earth", d: `${ground}L${X(R)} ${HEIGHT - 30}L${X(-R)} ${HEIGHT - 30}Z` }),
      s("path", { class: "ground", d: ground }),
      ticks.map((x) => s("text", { x: X(x), y: HEIGHT - 8, "text-anchor": "middle" }, String(x))),
      trail(seen),
      tangent(X, Y, R),
      s("circle", { class: "stone", cx: bx, cy: by - 13, r: 13 }));
    svg.addEventListener("click", (event) => {
      const box = svg.getBoundingClientRect();
      put([-R + (2 * R * (((event.clientX - box.left) / box.width) * WIDTH - 30)) / (WIDTH - 60)]);
    });
    return svg;
  }

  function put(at) {
    reset(at.map((x) => Number(Math.max(-hill.range, Math.min(hill.range, x)).toFixed(2))));
    drawStart();
  }

  /** What the boulder feels: the tilt of the ground. */
  function tangent(X, Y, R) {
    const [x] = path.at(-1);
    if (Math.abs(x) > R) return null;
    const slope_ = hill.slope([x])[0];
    const y = hill.height([x]);
    const d = 0.7 / Math.hypot(1, slope_ / 3);
    return s("path", { class: "tangent", d: `M${X(x - d)} ${Y(y - d * slope_)}L${X(x + d)} ${Y(y + d * slope_)}` });
  }

  const line = (points) => points.map(([x, y], k) => `${k ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");

  const trail = (seen) => [
    seen.length > 1 ? s("path", { class: "trail", d: line(seen) }) : null,
    seen.slice(0, -1).map(([x, y]) => s("circle", { class: "been", cx: x, cy: y, r: 4 })),
  ];

  /** A hill of two variables from above: lines of equal height are ellipses. */
  function contours() {
    const { range: R, a, b } = hill;
    const scale = (WIDTH - 40) / (2 * R);
    const X = (x) => WIDTH / 2 + scale * x;
    const Y = (y) => HEIGHT / 2 - scale * y;
    const limit = (x, r) => Math.max(-r * 1.1, Math.min(r * 1.1, x));
    const half = HEIGHT / (2 * scale);
    const seen = path.slice(-60).map(([x, y]) => [X(limit(x, R)), Y(limit(y, half))]);
    const top = hill.height([R, 0]) * 1.6;
    const rings = Array.from({ length: 11 }, (_, k) => top * ((11 - k) / 11) ** 2);
    const label = `The hill from above, and the boulder at ${path.at(-1).map((x) => significant(x, 3)).join(", ")}`;
    const svg = s("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": label },
      rings.map((height, k) => s("ellipse", {
        class: "ring", "fill-opacity": (0.03 + 0.018 * k).toFixed(3), cx: WIDTH / 2, cy: HEIGHT / 2,
        rx: scale * Math.sqrt((2 * height) / a), ry: scale * Math.sqrt((2 * height) / b),
      })),
      s("path", { class: "cross", d: `M${WIDTH / 2 - 6} ${HEIGHT / 2}h12M${WIDTH / 2} ${HEIGHT / 2 - 6}v12` }),
      trail(seen),
      s("circle", { class: "stone", cx: seen.at(-1)[0], cy: seen.at(-1)[1], r: 10 }));
    svg.addEventListener("click", (event) => {
      const box = svg.getBoundingClientRect();
      const x = ((event.clientX - box.left) / box.width) * WIDTH;
      const y = ((event.clientY - box.top) / box.height) * HEIGHT;
      put([(x - WIDTH / 2) / scale, (HEIGHT / 2 - y) / scale]);
    });
    return svg;
  }

  signal.addEventListener("abort", halt);
  drawStart();
  drawRate();
  draw();
}
