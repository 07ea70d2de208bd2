// Mistakes: the test set by what is taken for what, and by how sure the network is.
import { post } from "./api.js";
import { confusionTable } from "./confusion.js";
import { h, latest, refill, refillScrolled, trouble } from "./dom.js";
import { count, fixed, percent, significant } from "./format.js";
import { modelChoice, ofOtherData } from "./models.js";
import { bytes, picture } from "./pixels.js";
import { store } from "./store.js";

export const title = "Mistakes";

const PAGE = 36;

export function show(main, params, signal) {
  const { data } = store.state;
  const model = modelChoice(params.get("model"), signal, () => {
    cell = null;
    all();
  });
  let filter = "wrong";
  let cell = null;
  let offset = 0;
  let evaluation = null;

  const head = h("div", { class: "result" });
  const matrix = h("div");
  const gallery = h("div", { class: "gallery" });
  const pages = h("p", { class: "pages" });
  const what = h("h2", {}, "");
  const detail = h("section", { class: "card detail", hidden: true, tabindex: "-1" });
  const filters = h("div", { class: "tabs", role: "group", "aria-label": "Order" },
    [["wrong", "Worst mistakes"], ["unsure", "Least sure"], ["sure", "Most sure"], ["all", "In order"]].map(([value, text]) =>
      h("button", { type: "button", "data-filter": value, "aria-pressed": String(value === filter), onclick: () => by(value) }, text)));

  main.append(
    h("h1", { class: "hidden" }, "Mistakes"),
    h("div", { class: "mistakes" },
      h("section", { class: "card" }, model.element, head, matrix),
      h("div", { class: "stage" }, detail,
        h("section", { class: "card" }, h("div", { class: "gallery-head" }, what, filters), gallery, pages))));

  const judging = latest(signal);
  const listing = latest(signal);

  async function all() {
    const isLast = judging();
    listing(); // what is still on its way is of another network
    offset = 0;
    const query = String(new URLSearchParams(model.query()));
    history.replaceState(null, "", "#/mistakes" + (query && "?" + query));
    close();
    clear();
    const had = head.contains(document.activeElement);
    try {
      refill(head, h("p", { class: "quiet" }, "Asking the network about every test image…"));
      const reply = await post("evaluation", { model: model.get() });
      if (!isLast()) return;
      evaluation = reply;
      if (cell && !(evaluation.confusion?.[cell[0]][cell[1]] > 0)) cell = null; // nothing to choose there any more
      const wrong = Math.round((1 - evaluation.accuracy) * evaluation.examples);
      refill(head, h("p", { class: "score" }, percent(evaluation.accuracy, 2)), stand(), ofOtherData(evaluation),
        h("p", {}, `of ${count(evaluation.examples)} test images are classified right; ${count(wrong)} are not. `
          + `The mean loss is ${fixed(evaluation.loss, 4)}. ${evaluation.confusion ? "Choose a cell to see its images." : ""}`));
      if (had) head.querySelector("button")?.focus({ preventScroll: true });
      drawMatrix();
      await list();
    } catch (error) {
      if (isLast()) refill(head, trouble(error));
    }
  }

  /** Takes away what is of another network. */
  function clear() {
    evaluation = null;
    what.textContent = "";
    for (const part of [matrix, gallery, pages]) refill(part);
  }

  /** Of a training under way, when that was: it goes on, and what is shown does not. */
  const stand = () => (evaluation.step === undefined ? null : h("p", { class: "quiet stand" },
    `The network after step ${count(evaluation.step)}, in epoch ${evaluation.epoch}. `,
    h("button", { type: "button", class: "link", "data-focus": "again", onclick: all }, "Ask it as it is now")));

  function drawMatrix() {
    refillScrolled(matrix, confusionTable(evaluation.confusion, data.classes, (i, k) => {
      cell = cell && cell[0] === i && cell[1] === k ? null : [i, k];
      if (cell && i === k && filter === "wrong") filter = "unsure";
      offset = 0;
      mark();
      drawMatrix();
      list();
    }, cell));
  }

  function by(value) {
    filter = value;
    if (cell && cell[0] === cell[1] && value === "wrong") cell = null;
    offset = 0;
    mark();
    if (evaluation) drawMatrix();
    list();
  }

  function mark() {
    for (const button of filters.children) button.setAttribute("aria-pressed", String(button.dataset.filter === filter));
  }

  async function list() {
    const isLast = listing();
    const body = { model: model.get(), filter, offset, count: PAGE };
    if (evaluation) body.network = evaluation.key;
    if (cell) [body.label, body.predicted] = cell;
    try {
      const { examples, total } = await post("examples", body);
      if (!isLast()) return;
      what.textContent = cell
        ? cell[0] === cell[1] ? `${data.classes[cell[0]]}, recognised` : `${data.classes[cell[0]]}, taken for ${data.classes[cell[1]]}`
        : { wrong: "Worst mistakes", unsure: "Least sure", sure: "Most sure", all: "The test set" }[filter];
      refill(gallery, ...(examples.length ? examples.map(card) : [h("p", { class: "empty" }, "No image is of that kind.")]));
      const last = Math.min(total, offset + PAGE);
      refill(pages,
        h("button", { type: "button", class: "small", "data-focus": "back", disabled: offset === 0, onclick: () => turn(-PAGE) }, "Back"),
        h("span", {}, total ? `${count(offset + 1)} to ${count(last)} of ${count(total)}` : ""),
        h("button", { type: "button", class: "small", "data-focus": "more", disabled: last >= total, onclick: () => turn(PAGE) }, "More"));
    } catch (error) {
      if (!isLast()) return;
      if (error.status === 410) { // too long ago: the network as it is now
        all();
        return;
      }
      refill(gallery, trouble(error));
      refill(pages);
    }
  }

  function turn(way) {
    offset = Math.max(0, offset + way);
    list();
  }

  const percentOf = (p) => (p > 0 && p < 0.0005 ? "<" + percent(0.001, 1) : percent(p, 1));

  function card(example) {
    const right = example.label === example.predicted;
    return h("button", { type: "button", class: "example", "data-focus": `image ${example.index}`, onclick: () => open(example) },
      data.height > 1 ? picture(bytes(example.pixels), data, `Test image ${example.index}`) : null,
      h("b", {}, `${data.classes[example.label]} ${percentOf(example.label_probability)}`),
      right ? h("span", { class: "good" }, "recognised")
        : h("span", { class: "bad" }, `taken for ${data.classes[example.predicted]} ${percentOf(example.probability)}`),
      h("span", { class: "quiet" }, `no. ${example.index}`));
  }

  function close() {
    const had = detail.contains(document.activeElement);
    detail.hidden = true;
    detail.replaceChildren();
    if (had) gallery.querySelector(`[data-focus="image ${opened}"]`)?.focus();
  }

  let opened = -1;

  async function open(example) {
    opened = example.index;
    const near = h("div", { class: "gallery small-gallery" }, h("p", { class: "quiet" }, "Looking through the training images…"));
    detail.hidden = false;
    refill(detail,
      h("div", { class: "detail-head" },
        h("h2", {}, `Test image ${example.index}`),
        h("button", { type: "button", class: "icon", "aria-label": "Close", onclick: close }, "×")),
      h("div", { class: "beside-training" },
        h("div", { class: "big" }, data.height > 1 ? picture(bytes(example.pixels), data, `Test image ${example.index}`) : null,
          h("p", {}, h("b", {}, data.classes[example.label]), h("br"),
            example.label === example.predicted ? "recognised" : `taken for ${data.classes[example.predicted]}`,
            ` with ${percentOf(example.probability)}`),
          h("p", {}, h("a", { href: `#/why?${new URLSearchParams({ model: model.get(), example: example.index })}` }, "Why?"))),
        h("div", {}, h("h3", {}, "The nearest training images"),
          h("p", { class: "quiet" },
            "By the distance of their pixels, white being 1: what somebody who only compares pictures would go by."), near)));
    detail.scrollIntoView({ block: "nearest" });
    detail.focus({ preventScroll: true });
    try {
      const { neighbours } = await post("neighbours", { example: { index: example.index } });
      refill(near, ...neighbours.map((n) => h("figure", {},
        data.height > 1 ? picture(bytes(n.pixels), data, `Training image ${n.index}`) : null,
        h("figcaption", {}, h("b", { class: n.label === example.label ? "good" : "bad" }, data.classes[n.label]),
          h("span", { class: "quiet" }, significant(n.distance, 3))))));
    } catch (error) {
      refill(near, trouble(error));
    }
  }

  all();
}
