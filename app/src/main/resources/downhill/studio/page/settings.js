// The settings of a training: a form for them, and the address that holds them all.
import { putData } from "./data.js";
import { field, h, refill, select } from "./dom.js";
import { count } from "./format.js";
import { features } from "./pixels.js";
import { store } from "./store.js";
import { firstSettings, hiddenOf, remember, usualDecay } from "./wanted.js";

/** What the form has controls for; a recipe may say more. */
const OPTIMIZERS = [
  ["", "usual (AdamW)"], ["gradient-descent", "gradient descent"], ["momentum", "momentum"],
  ["nesterov", "Nesterov"], ["adam", "Adam"], ["adamw", "AdamW"], ["rmsprop", "RMSProp"],
];
const OF_OPTIMIZER = ["learning-rate", "weight-decay", "momentum", "beta1", "beta2", "epsilon", "alpha"];
const SCHEDULES = [
  ["", "usual (cosine)"], ["constant", "constant"], ["cosine", "cosine"], ["one-cycle", "one cycle"],
  ["exponential", "exponential"], ["step", "in steps"], ["plateau", "on a plateau"],
];
const NUMBERS = [
  ["epochs", "Epochs", "20"],
  ["batch-size", "Batch size", "64"],
  ["learning-rate", "Learning rate η", "usual"],
];
const MORE = [
  ["weight-decay", "Weight decay", "none"],
  ["dropout", "Dropout", "none"],
  ["label-smoothing", "Label smoothing", "none"],
  ["seed", "Seed", "1"],
];
const STOP = [
  ["validation", "Hold out for validation (share)", "none"],
  ["patience", "Stop after epochs without a better one", "never"],
];
const SHOWN = new Set(["network", "optimizer", "schedule", ...[...NUMBERS, ...MORE, ...STOP].map(([key]) => key)]);
const WIDEST = 2048;

/**
 * Makes the form.
 *
 * @param params what the address says
 * @param changed called after each change
 */
export function settingsForm(params, changed) {
  let settings = {};
  let recipe = "";
  const form = h("form", { class: "settings", "aria-label": "Settings", onsubmit: (e) => e.preventDefault() });

  const { classes } = store.state.data;
  const inputs = features(store.state.data);

  function hidden() {
    return hiddenOf(settings.network) ?? [512, 128, 64];
  }

  function setHidden(widths) {
    settings.network = [inputs, ...widths, classes.length].join("-");
    own();
  }

  function own() {
    recipe = "";
    choice.value = "";
    note();
    told();
  }

  /** A person has changed something. */
  function told() {
    remember(settings, recipe);
    changed();
  }

  /** Takes settings over from elsewhere. */
  function use(next) {
    settings = { ...next.settings };
    recipe = next.recipe;
    // A recipe's network has the inputs and classes of Fashion-MNIST; other data may have others.
    if (next.fit) setWidthsForData();
    remember(settings, recipe);
    fill();
  }

  function set(key, value) {
    if (value === "") delete settings[key];
    else settings[key] = value;
    own();
  }

  const choice = select(
    [...store.state.recipes.map((r) => [r.name, r.name]), ["", "your own"]],
    recipe,
    (name) => {
      const chosen = store.state.recipes.find((r) => r.name === name);
      if (!chosen) return;
      use({ settings: chosen.settings, recipe: name, fit: true });
      changed();
    });
  const about = h("p", { class: "note" });

  function note() {
    about.textContent = store.state.recipes.find((r) => r.name === recipe)?.title ?? "Your own settings.";
  }

  function setWidthsForData() {
    settings.network = [inputs, ...hidden(), classes.length].join("-");
  }

  const layers = h("div", { class: "layers" });
  const size = h("p", { class: "note" });

  function drawLayers() {
    const widths = hidden();
    refill(layers,
      h("p", { class: "layer fixed" }, h("span", {}, "inputs"), h("b", {}, count(inputs))),
      widths.map((n, i) => layer(widths, n, i)),
      h("p", { class: "layer fixed" }, h("span", {}, "classes"), h("b", {}, count(classes.length))),
      h("button", {
        type: "button", class: "small", "data-focus": "add", onclick: () => {
          setHidden([...widths, 64]);
          drawLayers();
        },
      }, "Add a layer"));
    tell(widths);
  }

  function tell(widths) {
    const all = [inputs, ...widths, classes.length];
    const parameters = all.slice(1).reduce((sum, n, i) => sum + n * all[i] + n, 0);
    size.textContent = `${count(parameters)} weights and biases`;
  }

  function layer(widths, n, i) {
    const name = `Units of hidden layer ${i + 1}`;
    const number = h("input", { type: "number", "data-focus": `number ${i}`, min: 1, max: 65536, value: n, "aria-label": name });
    const range = h("input", {
      type: "range", "data-focus": `range ${i}`, min: 0, max: 11, step: 0.25, value: Math.log2(Math.min(n, WIDEST)),
      "aria-label": `${name}, by dragging`,
    });
    const use = (value) => {
      widths[i] = value;
      setHidden(widths);
      tell(widths);
    };
    range.addEventListener("input", () => {
      const value = Math.round(2 ** Number(range.value));
      number.value = value;
      use(value);
    });
    number.addEventListener("input", () => {
      const value = Math.floor(Number(number.value));
      if (value >= 1) {
        range.value = Math.log2(Math.min(value, WIDEST));
        use(value);
      }
    });
    number.addEventListener("change", () => { number.value = widths[i]; }); // what is used, whatever was typed
    return h("div", { class: "layer" }, h("span", {}, `layer ${i + 1}`), range, number,
      h("button", {
        type: "button", class: "icon", "data-focus": `remove ${i}`, "aria-label": `Remove hidden layer ${i + 1}`, title: "Remove",
        onclick: () => {
          widths.splice(i, 1);
          setHidden(widths);
          drawLayers();
        },
      }, "×"));
  }

  const fields = new Map();

  function input([key, label, usual], note) {
    const element = h("input", {
      type: "text", inputmode: "decimal", autocomplete: "off", placeholder: usual,
      oninput: () => set(key, element.value.trim()),
    });
    fields.set(key, element);
    return field(label, element, note);
  }

  const optimizer = select(OPTIMIZERS, "", (value) => {
    // What suits one does not suit another: leave it to what is usual for it.
    for (const key of OF_OPTIMIZER) delete settings[key];
    set("optimizer", value);
    fill();
  });
  const schedule = select(SCHEDULES, "", (value) => {
    for (const key of Object.keys(settings)) if (key.startsWith("schedule-")) delete settings[key];
    set("schedule", value);
    fill();
  });
  const others = h("div", { class: "chips" });

  function fill() {
    for (const [key, element] of fields) element.value = settings[key] ?? "";
    fields.get("weight-decay").placeholder = usualDecay(settings) ?? "none";
    optimizer.value = settings.optimizer ?? "";
    schedule.value = settings.schedule ?? "";
    choice.value = recipe;
    const more = Object.entries(settings).filter(([key]) => !SHOWN.has(key));
    refill(others, ...more.map(([key, value]) =>
      h("button", {
        type: "button", class: "chip", "data-focus": key, "aria-label": `Remove ${key} = ${value}`,
        onclick: () => {
          set(key, "");
          fill();
        },
      }, `${key} = ${value}`, h("span", { "aria-hidden": "true" }, " ×"))));
    drawLayers();
    note();
  }

  form.append(
    field("Recipe", choice), about,
    h("fieldset", {}, h("legend", {}, "Network"), layers, size),
    h("fieldset", { class: "two" }, h("legend", {}, "Steps"),
      NUMBERS.map((n) => input(n)), field("Optimizer", optimizer), field("Rate over time", schedule)),
    h("fieldset", { class: "two" }, h("legend", {}, "When to stop"), STOP.map((n) => input(n))),
    h("details", {}, h("summary", {}, "More settings"),
      h("div", { class: "two" }, MORE.map((n) => input(n)))),
    others);
  use(firstSettings(params));

  return {
    element: form,
    get: () => ({ ...settings }),
    use,
    /** All of it for the address. */
    query() {
      const query = new URLSearchParams(settings);
      if (recipe) query.set("recipe", recipe);
      putData(query);
      return query.toString();
    },
    disable(disabled) {
      for (const control of form.querySelectorAll("input, select, button")) control.disabled = disabled;
    },
  };
}
