// Curves over the epochs, with values under the pointer. Lines differ in dash as well as in colour.
import uPlot from "/lib/uplot/uPlot.esm.js";
import { h, s } from "./dom.js";

const DASHES = [[], [7, 4], [2, 3], [10, 3, 2, 3], [1, 2], [5, 2, 1, 2]];
const TINTS = ["blue", "orange", "teal", "violet", "rose", "olive"];

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();

/**
 * Makes a chart. Its data is a list of lines: {name, tint, dash, width, x: [], y: []}.
 *
 * @param format how a value is written
 */
export function chart(title, explanation, format, signal) {
  const place = h("div", { class: "plot" });
  const summary = h("p", { class: "hidden" });
  const figure = h("figure", { class: "card chart" },
    h("figcaption", {}, h("h3", {}, title), h("p", { class: "quiet" }, explanation)), place, summary);
  let plot = null;
  let shape = "";
  let lines = [];

  function options(width) {
    const ink = colour("quiet");
    const rule = colour("rule");
    const axis = { stroke: ink, grid: { stroke: rule, width: 1 }, ticks: { show: false }, font: "12px system-ui, sans-serif" };
    return {
      width,
      height: 220,
      padding: [10, 12, 0, 0],
      cursor: { y: false, points: { size: 7 } },
      legend: { live: true, markers: { width: 0 } },
      scales: { x: { time: false } },
      axes: [
        { ...axis, space: 40, size: 34 },
        { ...axis, size: 58, space: 34, values: (_, ticks) => ticks.map(format) },
      ],
      series: [
        { label: "epoch", value: (_, x) => (x === null ? "–" : Number.isInteger(x) ? String(x) : x.toFixed(2)) },
        ...lines.map((line) => ({
          label: line.name,
          stroke: `rgb(${colour(line.tint)})`,
          width: line.width ?? 2,
          dash: line.dash ?? [],
          alpha: line.alpha ?? 1,
          spanGaps: true,
          points: { show: line.x.length < 40 && (line.width ?? 2) > 1, size: 5 },
          value: (_, y) => (y === null || y === undefined ? "–" : format(y)),
        })),
      ],
    };
  }

  /** Draws each line as it is, dash and all, before its name. */
  function markLegend() {
    const markers = place.querySelectorAll(".u-legend .u-marker");
    lines.forEach((line, k) => {
      markers[k + 1].replaceChildren(s("svg", { viewBox: "0 0 30 10", "aria-hidden": "true" }, s("line", {
        x1: 0, y1: 5, x2: 30, y2: 5, stroke: `rgb(${colour(line.tint)})`, "stroke-width": line.width ?? 2,
        "stroke-dasharray": (line.dash ?? []).join(" ") || null, "stroke-opacity": line.alpha ?? 1,
      })));
    });
  }

  const table = () => (lines.length ? uPlot.join(lines.map((line) => [line.x, line.y])) : [[0]]);

  function draw(force) {
    const width = place.clientWidth;
    if (width === 0) return;
    const now = lines.map((line) => line.name + line.tint + (line.x.length < 40)).join("|");
    if (plot && !force && now === shape) {
      plot.setData(table());
      return;
    }
    shape = now;
    plot?.destroy();
    place.replaceChildren();
    if (lines.length === 0) {
      plot = null;
      place.append(h("p", { class: "empty" }, "Nothing to draw yet."));
      return;
    }
    plot = new uPlot(options(width), table(), place);
    markLegend();
  }

  const sizes = new ResizeObserver(() => {
    if (plot && place.clientWidth > 0 && Math.abs(plot.width - place.clientWidth) > 1) {
      plot.setSize({ width: place.clientWidth, height: 220 });
    } else if (!plot) draw(true);
  });
  sizes.observe(place);
  const scheme = matchMedia("(prefers-color-scheme: dark)");
  const recolour = () => draw(true);
  scheme.addEventListener("change", recolour);
  signal.addEventListener("abort", () => {
    sizes.disconnect();
    scheme.removeEventListener("change", recolour);
    plot?.destroy();
  });

  return {
    element: figure,
    set(next) {
      lines = next.filter((line) => line.y.some(Number.isFinite));
      draw(false);
      summary.textContent = lines
        .map((line) => `${line.name}: ${format(line.y.findLast(Number.isFinite))}`)
        .join("; ");
    },
  };
}

/** Returns the look of the nth of several lines; no two of the first 36 are the same. */
export const look = (n) => ({
  tint: TINTS[n % TINTS.length],
  dash: DASHES[(n + Math.floor(n / TINTS.length)) % DASHES.length],
});
