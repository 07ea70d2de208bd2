// The runs, side by side: those of this page and those of the command line.
import { get, post } from "./api.js";
import { calmly, h, refill, refresh, trouble } from "./dom.js";
import { NONE, percent } from "./format.js";
import { isBusy, on, parse, refreshRuns, store, take } from "./store.js";

const MOST_COMPARED = 4;

/**
 * The runs that are drawn, by name: their epochs, and what the list said of them then. They stay while
 * other pages are looked at.
 */
const compared = new Map();
const HEADS = ["Draw", "Run", "Files", "Network", "Recipe", "Epochs", "Validation", "Test", "State"];

/**
 * Makes the table.
 *
 * @param changed called when other runs are compared
 */
export function runsTable(signal, changed, complain) {
  const place = h("div", {});

  const says = (run) => JSON.stringify(run.lines);

  async function fetchEpochs(run) {
    const { lines } = await get(`runs/${run.name}/history`);
    return { says: says(run), epochs: lines.map(parse).filter((e) => e.event === "epoch") };
  }

  async function compare(run, box) {
    if (box.checked) {
      try {
        compared.set(run.name, await fetchEpochs(run));
      } catch (error) {
        box.checked = false;
        complain(error);
      }
    } else compared.delete(run.name);
    draw();
    changed();
  }

  /** Drops the curves of runs that have gone, and draws on those that went on. */
  async function follow() {
    draw();
    let news = false;
    for (const [name, before] of [...compared]) {
      const run = store.runs.find((one) => one.name === name);
      if (run && says(run) === before.says) continue;
      const now = run ? await fetchEpochs(run).catch(() => null) : null;
      if (signal.aborted) return;
      if (run && !now) continue; // drawn as it was
      if (compared.get(name) !== before) continue; // meanwhile it was taken out, or fetched
      if (now) compared.set(name, now);
      else compared.delete(name);
      news = true;
    }
    if (news) {
      draw();
      changed();
    }
  }

  async function resume(run) {
    try {
      const { training } = await post("resume", { run: run.name });
      take(training);
      scrollTo({ top: 0 });
    } catch (error) {
      complain(error);
    }
  }

  function state(run) {
    const { training } = store.state;
    if (training.run === run.name && isBusy()) return training.status;
    const ends = { finished: "finished", interrupted: "stopped", failed: "failed" };
    return ends[run.last.event] ?? (run.last.event ? "not finished" : "a model");
  }

  function row(run) {
    const recipe = run.started.recipe ?? {};
    const epoch = run.epoch;
    const final = run.last.event === "finished" ? run.last.test_accuracy : epoch.test_accuracy;
    const own = store.state.training.run === run.name && isBusy();
    const ticked = compared.has(run.name);
    const link = (text, file, props) =>
      h("a", { "data-focus": `${text} ${run.name}`, href: `/api/runs/${run.name}/${file}`, ...props }, text);
    const howTo = recipe.optimizer ? `${recipe.optimizer}, ${recipe["learning-rate"]}, batch ${recipe["batch-size"]}` : NONE;
    return h("tr", {},
      h("td", {}, h("input", {
        type: "checkbox", "data-focus": `draw ${run.name}`, checked: ticked, "aria-label": `Draw run ${run.name}`,
        disabled: own || (!ticked && compared.size >= MOST_COMPARED),
        onchange: (e) => compare(run, e.target),
      })),
      h("th", { scope: "row" }, run.name),
      h("td", { class: "words links" },
        run.model && link("model", "model.safetensors", { download: true }),
        run.report && link("report", "report.html", { target: "_blank", rel: "noopener" }),
        run.checkpoint && run.last.event !== "finished" && !isBusy() && h("button", {
          type: "button", class: "link", "data-focus": `resume ${run.name}`, onclick: () => resume(run),
        }, "resume")),
      h("td", { class: "words" }, run.started.network ?? NONE),
      h("td", { class: "words long" }, howTo),
      h("td", {}, epoch.epoch ? `${epoch.epoch} of ${run.started.epochs ?? "?"}` : NONE),
      h("td", {}, percent(epoch.validation_accuracy, 2)),
      h("td", {}, percent(final, 2)),
      h("td", { class: "words" }, state(run)));
  }

  const rows = h("tbody", {});
  const known = new Map();
  const table = h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Runs" },
    h("table", { class: "runs" },
      h("thead", {}, h("tr", {}, HEADS.map((head) => h("th", { scope: "col" }, head)))), rows));
  const none = h("p", { class: "empty" }, "No runs yet: each training makes one, here or on the command line.");

  function draw() {
    if (store.runs.length === 0) {
      place.replaceChildren(none);
      return;
    }
    if (table.parentNode !== place) place.replaceChildren(table);
    const full = compared.size >= MOST_COMPARED;
    refresh(rows, known, store.runs.map((run) => ({
      key: run.name,
      says: JSON.stringify([run.lines, run.model, run.report, run.checkpoint, state(run), isBusy(), compared.has(run.name), full]),
      make: () => row(run),
    })));
  }

  on("runs", signal, follow);
  on("training", signal, draw);
  on("course", signal, calmly(1500, () => !signal.aborted && refreshRuns().catch(() => {})));
  draw();
  refreshRuns().catch((error) => refill(place, trouble(error)));

  return {
    element: h("section", { class: "card" }, h("h2", {}, "Runs"),
      h("p", { class: "quiet" },
        "All that lie in runs/, also those of the command line, the latest first. Draw some to compare their curves."), place),
    compared: () => [...compared].map(([name, { epochs }]) => ({ name, epochs })),
  };
}
