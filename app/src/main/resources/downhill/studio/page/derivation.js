// Derivation: the document, with the numbers of a real network beside each equation.
import { get, post } from "./api.js";
import { field, h, latest, refill, trouble } from "./dom.js";
import { count } from "./format.js";
import { formula, typeset } from "./formula.js";
import { modelChoice, ofOtherData } from "./models.js";
import { bytes, picture } from "./pixels.js";
import { store } from "./store.js";

export const title = "Derivation";

export function show(main, params, signal) {
  const { data } = store.state;
  const model = modelChoice(params.get("model"), signal, fill);
  const number = h("input", { type: "number", min: 0, max: data.test - 1, value: params.get("example") ?? 0, onchange: fill });
  const image = h("div", { class: "seen" });
  const contents = h("ol", { class: "contents" });
  const messages = h("div");
  const page = h("article", { class: "card document" }, h("p", { class: "quiet" }, "Opening…"));
  let places = new Map();

  main.append(
    h("div", { class: "derivation" },
      h("aside", { class: "side" },
        h("div", { class: "card" }, h("h2", {}, "With real numbers"),
          h("p", { class: "quiet" }, "Each numbered equation is followed by its numbers, for this network and this image."),
          model.element, field("Test image", number), image, messages),
        h("nav", { class: "card contents-card", "aria-label": "Sections" }, contents)),
      page));

  async function open() {
    try {
      const { html, sources } = await get("derivation");
      if (signal.aborted) return;
      const parsed = new DOMParser().parseFromString(html, "text/html");
      refill(page, ...[...parsed.body.childNodes].map((node) => document.adoptNode(node)));
      finish(sources);
      await fill();
    } catch (error) {
      refill(page, trouble(error));
    }
  }

  /** Typesets, and makes the links of the repository into links of this page. */
  function finish(sources) {
    places = new Map();
    for (const math of page.querySelectorAll(".math")) {
      const text = math.textContent;
      const display = math.classList.contains("display");
      const tag = /\\tag\{(\d+)\}/.exec(text)?.[1];
      typeset(math, text, display);
      if (tag) {
        const live = h("div", { class: "live-numbers", hidden: true });
        math.closest("p").after(live);
        places.set(tag, live);
      }
    }
    for (const heading of page.querySelectorAll("h2, h3")) {
      heading.id = slug(heading.textContent);
      if (heading.tagName === "H2") {
        contents.append(h("li", {}, h("button", { type: "button", class: "link", onclick: () => go(heading) }, heading.textContent)));
      }
    }
    for (const table of page.querySelectorAll("table")) {
      const scroll = h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Table" });
      table.replaceWith(scroll);
      scroll.append(table);
    }
    for (const link of [...page.querySelectorAll("a")]) {
      const target = link.getAttribute("href");
      const name = link.textContent;
      if (target.startsWith("#")) {
        const jump = () => go(document.getElementById(target.slice(1)));
        link.replaceWith(h("button", { type: "button", class: "link", onclick: jump }, ...link.childNodes));
      } else if (name in sources) {
        const source = h("pre", { class: "source", hidden: true, tabindex: "0" }, h("code", {}, sources[name]));
        const button = h("button", {
          type: "button", class: "method", "aria-expanded": "false", onclick: () => {
            source.hidden = !source.hidden;
            button.setAttribute("aria-expanded", String(!source.hidden));
          },
        }, h("code", {}, name));
        const paragraph = link.closest("p, td") ?? link;
        link.replaceWith(button);
        paragraph.after(source);
      } else link.replaceWith(...link.childNodes);
    }
  }

  const slug = (text) => text.toLowerCase().replace(/[^\p{L}\p{N} -]/gu, "").trim().replace(/ +/g, "-");

  function go(heading) {
    heading?.scrollIntoView();
    heading?.setAttribute("tabindex", "-1");
    heading?.focus({ preventScroll: true });
  }

  const turn = latest(signal);

  async function fill() {
    const index = number.value === "" ? NaN : Math.floor(Number(number.value));
    const isLast = turn();
    if (!(index >= 0 && index < data.test)) {
      nothing(new Error(`expected a test image from 0 to ${data.test - 1}, found ${number.value || "none"}`));
      return;
    }
    messages.replaceChildren();
    history.replaceState(null, "", "#/derivation?" + new URLSearchParams({ ...model.query(), example: index }));
    try {
      const reply = await post("numbers", { model: model.get(), example: { index } });
      if (!isLast()) return;
      const { label, pixels, lines } = reply;
      refill(image, data.height > 1 ? picture(bytes(pixels), data, `Test image ${index}`) : null,
        h("p", {}, h("b", {}, data.classes[label])), stand(reply), ofOtherData(reply));
      for (const [equation, place] of places) {
        const text = lines[equation];
        place.hidden = text === undefined;
        if (text !== undefined) refill(place, h("span", { class: "note" }, `(${equation}) with numbers`), formula(text));
      }
      page.dataset.filled = "true";
    } catch (error) {
      if (isLast()) nothing(error);
    }
  }

  /** Of a training under way, when that was: it goes on, and the numbers do not. */
  const stand = ({ step, epoch }) => (step === undefined ? null : h("p", { class: "quiet stand" },
    `The network after step ${count(step)}, in epoch ${epoch}. `,
    h("button", { type: "button", class: "link", "data-focus": "again", onclick: fill }, "Ask it as it is now")));

  /** Takes the numbers away, which are of another network or image, and says why. */
  function nothing(error) {
    refill(image);
    for (const place of places.values()) place.hidden = true;
    refill(messages, trouble(error));
  }

  open();
}
