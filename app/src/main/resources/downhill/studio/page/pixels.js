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

/** A grey picture of bytes. */
export const grey = (values, { height, width }, label, props) =>
  canvas(width, height, (data) => paintGrey(data, values), label, props);

export function paintGrey(data, values) {
  for (let i = 0; i < values.length; i++) {
    data[4 * i] = data[4 * i + 1] = data[4 * i + 2] = values[i];
    data[4 * i + 3] = 255;
  }
}

// Blue above 0, orange below, nothing at 0: the same as in reports.
const ABOVE = [47, 111, 222];
const BELOW = [224, 105, 15];

/** Paints numbers; the greatest magnitude is full colour. */
export function paintSigned(data, values, greatest) {
  let top = greatest;
  if (top === undefined) {
    top = 0;
    for (const v of values) top = Math.max(top, Math.abs(v));
  }
  for (let i = 0; i < values.length; i++) {
    const colour = values[i] < 0 ? BELOW : ABOVE;
    data[4 * i] = colour[0];
    data[4 * i + 1] = colour[1];
    data[4 * i + 2] = colour[2];
    data[4 * i + 3] = top > 0 ? Math.round((255 * Math.abs(values[i])) / top) : 0;
  }
}

/** A picture of numbers of either sign. */
export const signed = (values, { height, width }, label, props, greatest) =>
  canvas(width, height, (data) => paintSigned(data, values, greatest), label, props);

/** Paints a picture anew. */
export const redrawSigned = (element, values, greatest) =>
  repaint(element, (data) => paintSigned(data, values, greatest));

/** A grid for n values that have no shape of their own: about twice as wide as high. */
export function gridOf(n) {
  const width = Math.min(n, Math.max(1, Math.ceil(Math.sqrt(2 * n))));
  return { width, height: Math.ceil(n / width) };
}

/** Returns which pixel was pointed at; −1 for none. */
export function pointed(element, event) {
  const box = element.getBoundingClientRect();
  const x = Math.floor(((event.clientX - box.left) / box.width) * element.width);
  const y = Math.floor(((event.clientY - box.top) / box.height) * element.height);
  return x < 0 || y < 0 || x >= element.width || y >= element.height ? -1 : y * element.width + x;
}
