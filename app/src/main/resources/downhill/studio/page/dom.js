// Elements made in one expression. Text is always text: nothing here parses HTML.

const SVG = "http://www.w3.org/2000/svg";

function make(element, props, children) {
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "vars") for (const [v, x] of Object.entries(value)) element.style.setProperty(v, x);
    else if (name === "value") element.value = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(3).filter((c) => c !== null && c !== undefined && c !== false));
  return element;
}

/** Returns an element: h("p", {class: "quiet", onclick: f}, "text", child). */
export const h = (tag, props, ...children) => make(document.createElement(tag), props, children);

/** Returns an element of SVG. */
export const s = (tag, props, ...children) => make(document.createElementNS(SVG, tag), props, children);

let ids = 0;

const CONTROLS = "button:not(:disabled), input:not(:disabled), select:not(:disabled), a[href], [tabindex]";

/**
 * Changes what is in an element. What had the keyboard's focus in it has it afterwards: the control
 * with the same data-focus, or the first one where that is gone.
 */
function keepFocus(element, change) {
  const active = document.activeElement;
  const had = active !== element && element.contains(active);
  const key = had ? active.dataset.focus : undefined;
  change();
  if (!had || active === document.activeElement) return;
  const same = key === undefined ? null : element.querySelector(`[data-focus="${CSS.escape(key)}"]:not(:disabled)`);
  (same ?? element.querySelector(CONTROLS))?.focus({ preventScroll: true });
}

/** Puts other children into an element. */
export function refill(element, ...children) {
  keepFocus(element, () => {
    element.replaceChildren();
    make(element, {}, children);
  });
  return element;
}

/** Puts other children into an element, and scrolls what scrolls in it to where it was. */
export function refillScrolled(element, ...children) {
  const before = element.querySelector(".scroll");
  const [left, top] = [before?.scrollLeft ?? 0, before?.scrollTop ?? 0];
  refill(element, ...children);
  element.querySelector(".scroll")?.scrollTo(left, top);
}

/**
 * Makes the children of an element those of a list. Those that say the same as before stay as they
 * are, so that a press on one is not lost when another changes.
 *
 * @param known what is remembered of them, a map
 * @param list of {key, says, make}
 */
export function refresh(element, known, list) {
  keepFocus(element, () => {
    list.forEach(({ key, says, make: makeOne }, k) => {
      const old = known.get(key);
      const child = old?.says === says ? old.child : makeOne();
      known.set(key, { says, child });
      if (old && old.child !== child && old.child.parentNode === element) old.child.replaceWith(child);
      if (element.children[k] !== child) element.insertBefore(child, element.children[k] ?? null);
    });
    while (element.children.length > list.length) element.lastChild.remove();
  });
  return element;
}

/** Returns a labelled field: the label and its control belong together for everybody. */
export function field(label, control, note) {
  const id = control.id || `field-${++ids}`;
  control.id = id;
  const children = [h("label", { for: id }, label), control];
  if (note) {
    control.setAttribute("aria-describedby", `${id}-note`);
    children.push(h("p", { class: "note", id: `${id}-note` }, note));
  }
  return h("div", { class: "field" }, children);
}

/** Returns a choice; options are [value, text]. */
export function select(options, value, onchange, props = {}) {
  const element = h("select", { onchange: () => onchange?.(element.value), ...props },
    options.map(([v, text]) => h("option", { value: v }, text)));
  if (value !== undefined) element.value = value;
  return element;
}

/** Shows what went wrong, and what to do about it. */
export function trouble(error) {
  return h("div", { class: "trouble", role: "alert" },
    h("b", {}, sentence(error.message)), error.hint ? h("span", {}, " " + sentence(error.hint)) : null);
}

const sentence = (text) => (text ? text[0].toUpperCase() + text.slice(1) + (/[.!?]$/.test(text) ? "" : ".") : "");

/** Returns a function that runs another at most once in a while, and always once more at the end. */
export function calmly(millis, run) {
  let timer = null;
  return () => {
    if (timer === null) timer = setTimeout(() => { timer = null; run(); }, millis);
  };
}

const ADDRESS_MILLIS = 400;

/**
 * Returns a function that writes the address of a page, but not oftener than once in a while:
 * browsers refuse it where that is done with every move of a slider. A page that has gone, or is
 * about to, writes none, so a change in its last moment may not come into the history.
 *
 * @param address returns what comes after the #
 * @param state what the browser keeps with it
 */
export function writeAddress(signal, address, state = null) {
  let next = 0;
  let timer = null;
  const write = () => {
    next = Date.now() + ADDRESS_MILLIS;
    if (!signal.aborted) history.replaceState(state, "", "#" + address());
  };
  return () => {
    if (timer !== null) return;
    const wait = next - Date.now();
    if (wait <= 0) {
      write();
      return;
    }
    const here = location.hash;
    timer = setTimeout(() => {
      timer = null;
      if (location.hash === here) write(); // or the browser is on its way to another page
    }, Math.min(wait, ADDRESS_MILLIS));
  };
}

/**
 * Of several questions only the last one's answer counts. Returns a function to call when one is
 * asked; that returns a function which says whether it is still the last.
 */
export function latest(signal) {
  let turn = 0;
  return () => {
    const mine = ++turn;
    return () => mine === turn && !signal?.aborted;
  };
}
