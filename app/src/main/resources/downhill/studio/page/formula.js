// Formulas, typeset on this machine.
import katex from "/lib/katex/katex.mjs";
import { h } from "./dom.js";

export function typeset(element, text, display = false) {
  katex.render(text, element, { displayMode: display, throwOnError: false, trust: false, maxExpand: 200, strict: "ignore" });
  return element;
}

export const formula = (text) => typeset(h("div", { class: "formula" }), text, true);
export const inline = (text) => typeset(h("span"), text);
