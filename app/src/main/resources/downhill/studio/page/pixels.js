// Pictures of few pixels, drawn as they are; and numbers as colours that the colour-blind can tell apart.
import { h } from "./dom.js";

/** Bytes out of base 64. */
export function bytes(text) {
  const binary = atob(text);
  const array = new Uint8Array(binary.length);
  for (let i = 0; i < array.length; i++) array[i] = binary.charCodeAt(i);
  return array;
}

export function base64(array) {
  let binary = "";
  for (const b of array) binary += String.fromCharCode(b);
  return btoa(binary);
}

/** How many values an image has. */
export const features = ({ height, width, channels = 1 }) => channels * height * width;

/** What the planes of a picture in colours are called. */
export const PLANES = ["red", "green", "blue"];

function canvas(width, height, paint, label, props = {}) {
  const element = h("canvas", { width, height, class: "pixels", role: "img", "aria-label": label, ...props });
  repaint(element, paint);
  return element;
}

function repaint(element, paint) {
  const context = element.getContext("2d");
  const image = context.createImageData(element.width, element.height);
  paint(image.data);
  context.putImageData(image, 0, 0);
}

/** A picture of bytes, grey or in colours. */
export const picture = (values, shape, label, props) =>
  canvas(shape.width, shape.height, (data) => paintPicture(data, values, shape), label, props);

function paintPicture(data, values, { height, width, channels = 1 }) {
  const plane = height * width;
  for (let i = 0; i < plane; i++) {
    for (let c = 0; c < 3; c++) data[4 * i + c] = values[channels === 3 ? c * plane + i : i];
    data[4 * i + 3] = 255;
  }
}

// Blue above 0, orange below, nothing at 0: the same as in reports.
const ABOVE = [47, 111, 222];
const BELOW = [224, 105, 15];

/**
 * Where values lie in a picture of them: the planes of colours side by side, a column apart. Values
 * that are no image lie in rows.
 */
function layout({ height, width, channels = 1 }) {
  const columns = channels * (width + 1) - 1;
  const plane = height * width;
  return {
    columns,
    place(i) {
      const c = Math.floor(i / plane);
      return Math.floor((i % plane) / width) * columns + c * (width + 1) + (i % width);
    },
    value(x, y) {
      const c = Math.floor(x / (width + 1));
      const column = x % (width + 1);
      return column === width ? -1 : c * plane + y * width + column;
    },
  };
}

/** Paints numbers; the greatest magnitude is full colour. */
function paintSigned(data, values, shape, greatest) {
  const { place } = layout(shape);
  let top = greatest;
  if (top === undefined) {
    top = 0;
    for (const v of values) top = Math.max(top, Math.abs(v));
  }
  for (let i = 0; i < values.length; i++) {
    const colour = values[i] < 0 ? BELOW : ABOVE;
    const at = 4 * place(i);
    data[at] = colour[0];
    data[at + 1] = colour[1];
    data[at + 2] = colour[2];
    data[at + 3] = top > 0 ? Math.round((255 * Math.abs(values[i])) / top) : 0;
  }
}

/** A picture of numbers of either sign; of an image in colours one for each of them. */
export const signed = (values, shape, label, props) =>
  canvas(layout(shape).columns, shape.height, (data) => paintSigned(data, values, shape), label, props);

/** A picture of weights of -127 to 127, as reports have them: in colours, grey is 0. */
export const weights = (values, shape, label) =>
  canvas(shape.width, shape.height, (data) => paintWeights(data, values, shape), label);

/** Paints such a picture anew. */
export const redrawWeights = (element, values, shape) =>
  repaint(element, (data) => paintWeights(data, values, shape));

function paintWeights(data, values, shape) {
  if (shape.channels === 3) paintPicture(data, Uint8Array.from(values, (v) => 127 + v), shape);
  else paintSigned(data, values, shape, 127);
}

/** A grid for n values that have no shape of their own: about twice as wide as high. */
export function gridOf(n) {
  const width = Math.min(n, Math.max(1, Math.ceil(Math.sqrt(2 * n))));
  return { width, height: Math.ceil(n / width) };
}

/** Returns which value was pointed at; −1 for none. */
export function pointed(element, shape, event) {
  const box = element.getBoundingClientRect();
  const x = Math.floor(((event.clientX - box.left) / box.width) * element.width);
  const y = Math.floor(((event.clientY - box.top) / box.height) * element.height);
  return x < 0 || y < 0 || x >= element.width || y >= element.height ? -1 : layout(shape).value(x, y);
}
