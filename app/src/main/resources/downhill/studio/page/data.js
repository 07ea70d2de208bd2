// Where the images come from, and how pictures of a folder become images; it can be changed between trainings.
import { post } from "./api.js";
import { field, h, select } from "./dom.js";
import { count } from "./format.js";
import { isBusy, on, store, takeAll } from "./store.js";

const PICTURES = ["size", "colour", "fit", "invert"];

/** Writes what data is in use into the address. */
export function putData(query) {
  const { option, pictures } = store.state.data;
  query.set("data", option);
  for (const [key, value] of Object.entries(pictures)) query.set("image-" + key, value);
}

/** Takes what the address says of the data out of its parameters; they hold the settings besides. */
export function takeData(params) {
  const data = params.get("data");
  const pictures = {};
  params.delete("data");
  for (const key of PICTURES) {
    const value = params.get("image-" + key);
    if (value !== null) pictures[key] = value;
    params.delete("image-" + key);
  }
  return { data, pictures };
}

/** Whether two ways to prepare pictures are one. */
export const same = (a, b) => PICTURES.every((key) => (a[key] ?? "") === (b[key] ?? ""));

/** Returns the data that the address asks for, if it is another than the one in use. */
export function wantedData(params) {
  const wanted = takeData(new URLSearchParams(params));
  const { option, pictures } = store.state.data;
  return wanted.data && !(wanted.data === option && same(wanted.pictures, pictures)) ? wanted : null;
}

export function dataField(complain, signal) {
  const { data } = store.state;
  const input = h("input", { type: "text", value: data.option, list: "known-data", spellcheck: "false", autocomplete: "off" });
  const size = h("input", { type: "text", value: data.pictures.size ?? "", placeholder: "their own", autocomplete: "off" });
  const colour = select([["", "grey"], ["rgb", "colour"]], data.pictures.colour === "rgb" ? "rgb" : "");
  const { fit: fitted = "" } = data.pictures;
  const fit = select([["", "whole, padded"], ["crop", "cropped"], ["stretch", "stretched"]],
    ["crop", "stretch"].includes(fitted) ? fitted : "");
  const invert = select([["", "as they are"], ["true", "swapped"]], data.pictures.invert ?? "");
  const how = h("details", {}, h("summary", {}, "How pictures are prepared"),
    h("div", { class: "two" },
      field("Height x width", size), field("Colours", colour), field("Shape", fit), field("Light and dark", invert)),
    h("p", { class: "note" }, "For a folder of pictures; IDX files are taken as they are."));
  how.open = Object.keys(data.pictures).length > 0;
  const use = h("button", { type: "button", class: "small", hidden: true }, "Use this data");

  function chosen() {
    const pictures = {};
    for (const [key, control] of Object.entries({ size, colour, fit, invert })) {
      if (control.value.trim()) pictures[key] = control.value.trim();
    }
    return { data: input.value.trim(), pictures };
  }

  const submit = async () => {
    use.disabled = true;
    try {
      const state = await post("data", chosen());
      if (!signal.aborted) history.replaceState(null, "", "#/train"); // somebody may have gone on meanwhile
      takeAll(state);
      use.disabled = false;
      input.value = state.data.option; // as the studio calls it, where this form stays
      changed();
    } catch (error) {
      use.disabled = false;
      complain(error);
    }
  };
  const changed = () => {
    const now = chosen();
    use.hidden = isBusy() || (now.data === data.option && same(now.pictures, data.pictures));
  };
  use.addEventListener("click", submit);
  for (const control of [input, size, colour, fit, invert]) {
    control.addEventListener("input", changed);
    control.addEventListener("keydown", (event) => { if (event.key === "Enter" && !use.hidden) submit(); });
  }
  on("training", signal, changed);
  return h("div", { class: "data" },
    field("Data", input, `${count(data.train)} images to learn from, ${count(data.test)} to be judged by, `
      + `of ${data.height} × ${data.width}${data.channels === 3 ? " in colour" : ""}. Or name a folder: four IDX files, or pictures in a folder for each class.`),
    h("datalist", { id: "known-data" }, h("option", { value: "fashion-mnist" })), how, use);
}
