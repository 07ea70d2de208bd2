// Which image is asked about: one of the test set, one that was drawn, or one that was dropped.
import { post, upload } from "./api.js";
import { field, h, latest, refill, select, trouble } from "./dom.js";
import { count, percent } from "./format.js";
import { base64, bytes, features, picture } from "./pixels.js";
import { store } from "./store.js";

const PAGE = 24;

/**
 * Makes the picker.
 *
 * @param model returns the network that filters ask
 * @param chosen called with {index} or {pixels, label}
 */
export function picker(model, chosen, signal) {
  const { data } = store.state;
  let offset = 0;
  let filter = "all";
  let label = "";
  let current = null;
  let network; // the one that was listed: a training's is soon another
  const strip = h("div", { class: "strip" });
  const more = h("p", { class: "pages" });
  const place = h("div");

  const listing = latest(signal);
  const choosing = latest(signal);

  async function list() {
    const isLast = listing();
    const body = { model: model(), filter, offset, count: PAGE };
    if (label !== "") body.label = Number(label);
    if (network) body.network = network;
    try {
      const { examples, total, key } = await post("examples", body);
      if (!isLast()) return;
      network = key;
      refill(strip, ...examples.map(thumb));
      const last = Math.min(total, offset + PAGE);
      refill(more,
        h("button", { type: "button", class: "small", "data-focus": "back", disabled: offset === 0, onclick: () => turn(-PAGE) }, "Back"),
        h("span", {}, total ? `${count(offset + 1)} to ${count(last)} of ${count(total)}` : "none of that kind"),
        h("button", { type: "button", class: "small", "data-focus": "more", disabled: last >= total, onclick: () => turn(PAGE) }, "More"));
      mark();
    } catch (error) {
      if (!isLast()) return;
      if (error.status === 410) { // too long ago: from the beginning, as it is now
        anew();
        return;
      }
      refill(strip, trouble(error));
      refill(more);
    }
  }

  /** Lists from the beginning, by the network as it is now. */
  function anew() {
    offset = 0;
    network = undefined;
    list();
  }

  function turn(by) {
    offset = Math.max(0, offset + by);
    list();
  }

  function thumb(example) {
    const name = data.classes[example.label];
    const text = example.label === example.predicted ? name : `${name}, taken for ${data.classes[example.predicted]}`;
    const label_ = `Image ${example.index}: ${text}, ${percent(example.probability, 0)}`;
    return h("button", {
      type: "button", class: example.label === example.predicted ? "thumb" : "thumb wrong", title: label_, "aria-label": label_,
      "data-index": example.index, "data-focus": `image ${example.index}`, onclick: () => take({ index: example.index }),
    }, picture(bytes(example.pixels), data, ""));
  }

  function take(example) {
    choosing(); // a picture that is still being read comes too late
    current = example;
    mark();
    chosen(example);
  }

  function mark() {
    for (const button of strip.querySelectorAll(".thumb")) {
      button.setAttribute("aria-pressed", String(current?.index === Number(button.dataset.index)));
    }
  }

  const filters = h("div", { class: "tabs", role: "group", "aria-label": "Which images" },
    [["all", "All"], ["wrong", "Wrong"], ["unsure", "Unsure"]].map(([value, text]) =>
      h("button", {
        type: "button", "aria-pressed": String(value === filter), onclick: (event) => {
          filter = value;
          for (const b of filters.children) b.setAttribute("aria-pressed", String(b === event.currentTarget));
          anew();
        },
      }, text)));
  const classes = select([["", "any class"], ...data.classes.map((name, k) => [String(k), name])], "", (value) => {
    label = value;
    anew();
  });
  const tools = data.height > 1
    ? h("div", { class: "tools" }, drawing(data, take), dropping(data, take, place, choosing)) : null;
  place.append(h("div", { class: "filters" }, filters, field("Of class", classes)), strip, more, tools ?? "");
  list();

  return {
    element: place,
    /** Lists anew, since another network is asked. */
    refresh: anew,
    mark(example) {
      current = example;
      mark();
    },
  };
}

/** A place to draw on, as large as the images are; thick as their strokes. */
function drawing(data, take) {
  const SCALE = Math.max(1, Math.floor(224 / Math.max(data.height, data.width)));
  const board = h("canvas", {
    class: "board", width: data.width * SCALE, height: data.height * SCALE, role: "img",
    "aria-label": "Draw here with a finger, a pen or the mouse",
  });
  const context = board.getContext("2d", { willReadFrequently: true });
  const meant = select(data.classes.map((name, k) => [String(k), name]), "0");
  const colour = h("input", { type: "color", value: "#ffffff" });
  const ground = h("input", { type: "color", value: "#000000", onchange: () => clear() });
  let last = null;

  function clear() {
    context.fillStyle = ground.value;
    context.fillRect(0, 0, board.width, board.height);
  }

  function at(event) {
    const box = board.getBoundingClientRect();
    return [((event.clientX - box.left) * board.width) / box.width, ((event.clientY - box.top) * board.height) / box.height];
  }

  board.addEventListener("pointerdown", (event) => {
    board.setPointerCapture(event.pointerId);
    last = at(event);
    stroke(last, last);
  });
  board.addEventListener("pointermove", (event) => {
    if (!last) return;
    const now = at(event);
    stroke(last, now);
    last = now;
  });
  for (const end of ["pointerup", "pointercancel"]) board.addEventListener(end, () => { last = null; });

  function stroke(from, to) {
    context.strokeStyle = colour.value;
    context.lineWidth = 2.4 * SCALE;
    context.lineCap = "round";
    context.beginPath();
    context.moveTo(...from);
    context.lineTo(to[0] + 0.01, to[1]);
    context.stroke();
  }

  /** Each pixel is the mean of the square that it covers. */
  function pixels() {
    const all = context.getImageData(0, 0, board.width, board.height).data;
    const plane = data.height * data.width;
    const small = new Uint8Array(features(data));
    for (let k = 0; k < small.length; k++) {
      const i = k % plane;
      const c = Math.floor(k / plane);
      const top = Math.floor(i / data.width) * SCALE;
      const left = (i % data.width) * SCALE;
      let sum = 0;
      for (let r = top; r < top + SCALE; r++) {
        for (let column = left; column < left + SCALE; column++) sum += all[4 * (r * board.width + column) + c];
      }
      small[k] = Math.round(sum / (SCALE * SCALE));
    }
    return small;
  }

  clear();
  const ask = h("button", {
    type: "button", class: "small", onclick: () => take({ pixels: base64(pixels()), label: Number(meant.value) }),
  }, "Ask about it");
  return h("details", { class: "tool" }, h("summary", {}, "Draw one"),
    data.channels === 3 ? h("div", { class: "two" }, field("Pen", colour), field("Ground", ground)) : null,
    board, field("It is meant to be", meant),
    h("p", {}, ask, " ", h("button", { type: "button", class: "small", onclick: clear }, "Clear")));
}

/** A place to drop a picture on, or to choose one. */
function dropping(data, take, area, turn) {
  let last = null;
  const again = () => last && read(last);
  const meant = select(data.classes.map((name, k) => [String(k), name]), "0", again);
  const invert = h("input", { type: "checkbox", id: "invert", onchange: again });
  const file = h("input", { type: "file", accept: "image/png,image/jpeg,image/gif,image/bmp" });
  const message = h("div");
  const tool = h("details", { class: "tool dropping" });

  async function read(one) {
    const isLast = turn();
    last = one;
    message.replaceChildren();
    tool.open = true;
    let pixels;
    try {
      pixels = await upload(one, invert.checked);
    } catch (error) {
      if (isLast()) refill(message, trouble(error));
      return;
    }
    if (isLast()) take({ pixels, label: Number(meant.value) });
  }

  file.addEventListener("click", () => { file.value = ""; }); // the same one may have changed
  file.addEventListener("change", () => file.files[0] && read(file.files[0]));
  area.addEventListener("dragover", (event) => {
    event.preventDefault();
    area.classList.add("over");
  });
  area.addEventListener("dragleave", () => area.classList.remove("over"));
  area.addEventListener("drop", (event) => {
    event.preventDefault();
    area.classList.remove("over");
    const one = event.dataTransfer.files[0];
    if (one) read(one);
  });
  tool.append(h("summary", {}, "Drop a picture"),
    h("p", { class: "note" }, "Anywhere in this box, or choose one: PNG, JPEG, GIF or BMP. It is made "
      + `${data.channels === 3 ? "" : "grey and "}${data.height} × ${data.width}.`),
    field("Picture", file), field("It shows", meant),
    h("p", { class: "check" }, invert, h("label", { for: "invert" }, "Swap light and dark")), message);
  return tool;
}
