// Which settings the form begins with: those of the training under way, of the address, or of the last time.
import { same, takeData } from "./data.js";
import { isBusy, store } from "./store.js";

/** What a training has where nothing is said of it; the studio names it all the same. */
const USUAL = {
  epochs: 20, "batch-size": 64, seed: 1, optimizer: "adamw", beta1: 0.9, beta2: 0.999, epsilon: 1e-8,
  momentum: 0.9, alpha: 0.99, schedule: "cosine", "schedule-last": 0,
};

/** Returns the weight decay that a training has where nothing is said of it; undefined where it has none. */
export const usualDecay = ({ optimizer = USUAL.optimizer }) => (optimizer === "adamw" ? 0.1 : undefined);

/** What was chosen last, so that it is still there when somebody comes back to the page. */
let last = null;

export const remember = (settings, recipe) => { last = { settings: { ...settings }, recipe }; };

const equal = (a, b) => String(a) === String(b) || Number(a) === Number(b);

/** Leaves out what is as usual. */
function told(settings) {
  const usual = { ...USUAL, "weight-decay": usualDecay(settings) };
  return Object.entries(settings).filter(([key, value]) => key !== "network" && !(key in usual && equal(usual[key], value)));
}

/** Whether two settings, but for their networks, make the same training. */
function alike(a, b) {
  const left = told(a);
  const right = new Map(told(b));
  return left.length === right.size && left.every(([key, value]) => right.has(key) && equal(right.get(key), value));
}

/** Returns the widths of a network's hidden layers; undefined where it has no name. */
export function hiddenOf(network) {
  const widths = String(network ?? "").split("-").map(Number).filter((n) => n > 0);
  return widths.length >= 2 ? widths.slice(1, -1) : undefined;
}

const recipeNamed = (name) => store.state.recipes.find((r) => r.name === name);

/** Returns the settings of the training that is known, in the words that were chosen for it if it was here. */
export function settingsOfTraining() {
  const { settings } = store.state.training;
  if (last && last.settings.network === settings.network && alike(last.settings, settings)) return last;
  const recipe = store.state.recipes.find((r) =>
    String(hiddenOf(r.settings.network)) === String(hiddenOf(settings.network)) && alike(r.settings, settings));
  if (recipe) return { settings: { ...recipe.settings, network: settings.network }, recipe: recipe.name };
  const shown = ["network", "epochs", "batch-size", "learning-rate", "optimizer", "seed"];
  const said = new Map(told(settings));
  return {
    settings: Object.fromEntries(Object.entries(settings).filter(([key]) => shown.includes(key) || said.has(key))),
    recipe: "",
  };
}

/** Returns the settings to begin with, and what they are called. */
export function firstSettings(params) {
  if (isBusy() && store.state.training.settings) return settingsOfTraining();
  const given = new URLSearchParams(params);
  const { data, pictures } = takeData(given);
  const settings = Object.fromEntries(given);
  const recipe = settings.recipe ?? "";
  delete settings.recipe;
  // An address that somebody goes back to may be of data that was in use before.
  const now = store.state.data;
  const fit = data !== null && !(data === now.option && same(pictures, now.pictures));
  if (Object.keys(settings).length > 0) return { settings, recipe, fit };
  if (!recipe && last) return { ...last, fit: true };
  const name = recipeNamed(recipe) ? recipe : "default";
  return { settings: { ...recipeNamed(name)?.settings }, recipe: name, fit: true };
}
