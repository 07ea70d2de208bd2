// What is taken for what: rows are what the images are, columns what the network says.
import { h } from "./dom.js";
import { count } from "./format.js";

/** Of more classes the studio tells no matrix. */
export const MOST_CLASSES = 100;

/**
 * Makes a matrix.
 *
 * @param matrix counts; none where there are too many classes
 * @param pick called with a row and a column where cells can be chosen; else nothing
 * @param chosen the cell that is chosen, [row, column]
 */
export function confusionTable(matrix, classes, pick, chosen) {
  if (!matrix) return h("p", { class: "empty" }, `A matrix of ${count(classes.length)} classes would have too many cells to be shown.`);
  const most = Math.max(1, ...matrix.flatMap((row, i) => row.filter((_, k) => k !== i)));
  const cell = (n, i, k) => {
    const total = Math.max(1, matrix[i].reduce((a, b) => a + b, 0));
    const share = i === k ? n / total : n / most;
    const text = n === 0 ? "·" : count(n);
    const label = `${classes[i]} taken for ${classes[k]}: ${n}`;
    return h("td", {
      class: n === 0 ? "zero" : i === k ? "hit" : "miss",
      vars: { "--shade": (0.06 + 0.6 * share).toFixed(3) },
      title: label,
    }, pick && n > 0
      ? h("button", {
        type: "button", "data-focus": `cell ${i} ${k}`, "aria-label": label,
        "aria-pressed": String(chosen?.[0] === i && chosen?.[1] === k), onclick: () => pick(i, k),
      }, text)
      : text);
  };
  return h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Confusion matrix" },
    h("table", { class: "confusion" },
      h("thead", {}, h("tr", {}, h("td"), classes.map((name) => h("th", { scope: "col", title: name }, h("span", {}, name))))),
      h("tbody", {}, matrix.map((row, i) =>
        h("tr", {}, h("th", { scope: "row", title: classes[i] }, classes[i]), row.map((n, k) => cell(n, i, k)))))));
}
