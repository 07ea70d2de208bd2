// Train: choose, start, watch.
import { get, post } from "./api.js";
import { chart, look } from "./charts.js";
import { confusionTable, MOST_CLASSES } from "./confusion.js";
import { dataField, wantedData } from "./data.js";
import { calmly, h, latest, refill, refillScrolled, trouble, writeAddress } from "./dom.js";
import { count, fixed, NONE, percent, rate, significant } from "./format.js";
import { networkFigure } from "./network.js";
import { bytes, redrawWeights, weights as weightPicture } from "./pixels.js";
import { runsTable } from "./runs.js";
import { settingsForm } from "./settings.js";
import { isBusy, nothing, on, store, take, takeAll } from "./store.js";
import { settingsOfTraining } from "./wanted.js";

export const title = "Train";

export function show(main, params, signal) {
  // What the page has written itself may speak of data that was in use before: it is no wish for that.
  const wanted = history.state?.written ? null : wantedData(params);
  const write = writeAddress(signal, () => "/train?" + form.query(), { written: true });
  const form = settingsForm(params, write);
  const messages = h("div", { class: "messages" });
  const complain = (error) => refill(messages, trouble(error));
  const controls = h("div", { class: "controls", role: "group", "aria-label": "Training", tabindex: "-1" });
  const facts = h("dl", { class: "facts" });
  const figure = networkFigure(complain);
  const weights = weightPictures();
  const matrix = h("figure", { class: "card" });
  const runs = runsTable(signal, drawCurves, complain);
  const data = dataField(complain, signal);

  const loss = chart("Loss", "Mean cross-entropy, in nats. The thin line is the epoch so far.", (v) => significant(v, 3), signal);
  const accuracy = chart("Accuracy", "The share that is classified right.", (v) => percent(v, 1), signal);
  const norm = chart("Gradient norm", "How steep it is where each epoch ends, and in each layer.", (v) => significant(v, 3), signal);
  const dead = chart("Dead units", "Hidden units that no example of the epoch made active.", (v) => percent(v, 1), signal);
  const speed = chart("Throughput", "Training examples a second, by epoch.", (v) => rate(v), signal);

  main.append(
    h("h1", { class: "hidden" }, "Train a network"),
    h("div", { class: "train" },
      h("aside", { class: "card side" }, data, form.element),
      h("div", { class: "stage" },
        h("div", { class: "card cockpit" }, controls, messages, facts),
        h("div", { class: "charts main-charts" }, loss.element, accuracy.element),
        figure.element,
        h("div", { class: "charts" }, weights.element, matrix),
        h("div", { class: "charts three" }, norm.element, dead.element, speed.element),
        runs.element)));

  async function order(name, body) {
    messages.replaceChildren();
    try {
      const { training } = await post(name, body);
      take(training);
    } catch (error) {
      complain(error);
    }
  }

  const start = (how) => order("start", { settings: form.get(), order: how });

  const button = (text, action, kind = "") =>
    h("button", { type: "button", class: kind, "data-focus": text, onclick: action }, text);

  let drawn = "";
  let pressed = "";
  let standIn = null;
  const which = ({ studio, number }) => `${studio} ${number}`;
  let complainedOf = "";
  let formOf = isBusy() && store.state.training.settings ? which(store.state.training) : "";

  /** While a training is under way the form shows its settings, whoever began it. */
  function followTraining() {
    const { training } = store.state;
    if (isBusy() && training.settings && which(training) !== formOf) {
      formOf = which(training);
      form.use(settingsOfTraining());
      write();
    }
    form.disable(isBusy());
  }

  function drawControls() {
    const { training } = store.state;
    const now = training.status;
    followTraining();
    if (now === drawn) return;
    drawn = now;
    const active = document.activeElement;
    const focused = controls.contains(active);
    if (focused && active !== standIn) pressed = active.dataset.focus;
    refill(controls, ...({
      running: [button("Pause", () => order("pause"), "primary"), button("Stop", () => order("stop"))],
      paused: [
        button("Go on", () => order("go"), "primary"), button("One step", () => order("step")),
        button("One epoch", () => order("epoch")), button("Stop", () => order("stop")),
      ],
      starting: [h("p", { class: "quiet" }, "Reading data, planning…")],
      stopping: [h("p", { class: "quiet" }, "Writing the checkpoint…")],
    }[now] ?? [
      button("Start", () => start("go"), "primary"), button("One step", () => start("step")),
      button("One epoch", () => start("epoch")),
    ]));
    if (focused) { // "One step" goes and comes back with each step
      const same = [...controls.children].find((b) => b.dataset.focus === pressed);
      standIn = same ? null : controls.querySelector("button") ?? controls;
      (same ?? standIn).focus({ preventScroll: true });
    }
    if (now === "failed" && complainedOf !== which(training)) { // not anew where a start was refused
      complainedOf = which(training);
      complain({ message: training.message, hint: training.hint });
    }
    if (now === "running") messages.replaceChildren();
  }

  /** What the training has told; while the next one is planned, nothing: it is still the last one's. */
  const course = () => (store.state.training.run ? store.state.course : nothing());
  const epochs = () => course().epochs;

  function drawFacts() {
    const { training } = store.state;
    const { progress } = course();
    const last = epochs().at(-1);
    const judged = training.judged_by ?? "test";
    const list = [];
    if (training.run) list.push(["Run", training.run]);
    if (progress.epoch || last) {
      const epoch = isBusy() ? progress.epoch ?? last.epoch : last?.epoch ?? progress.epoch;
      list.push(["Epoch", `${epoch} of ${training.epochs}`]);
      list.push(["Step", count(Math.max(progress.step ?? 0, last?.step ?? 0))]);
      const seen = isBusy() && progress.train_loss != null ? progress : last ?? {};
      list.push(["Training loss", fixed(seen.train_loss, 4)]);
      list.push([judged === "test" ? "Test accuracy" : "Validation", percent(last?.[judged + "_accuracy"], 2)]);
      list.push(["Examples/s", rateOf(progress.examples_per_second ?? last?.examples_per_second)]);
      list.push(["Gradient norm", last ? significant(last.gradient_norm, 3) : NONE]);
    }
    refill(facts, ...(list.length
      ? list.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value)))
      : [h("div", { class: "wide" }, h("dt", {}, "Ready"),
        h("dd", { class: "words" }, "Start trains all epochs. One step shows what a single batch does."))]));
  }

  const rateOf = (x) => (Number.isFinite(x) ? rate(x) : NONE);

  function drawMatrix() {
    const with_ = course().matrix;
    const { training, data: { classes } } = store.state;
    refillScrolled(matrix,
      h("figcaption", {}, h("h3", {}, "What is taken for what"),
        h("p", { class: "quiet" }, with_
          ? `After epoch ${with_.epoch}, of the ${training.judged_by} set: rows are what images are, columns what the network says.`
          : "Rows are what images are, columns what the network says.")),
      with_ || classes.length > MOST_CLASSES ? confusionTable(with_?.confusion, classes) : h("p", { class: "empty" }, ...noMatrix()));
  }

  function noMatrix() {
    if (epochs().length > 0 && course().of_other_data) return ["These epochs were of other data than what is in use now."];
    if (epochs().length === 0) return ["There will be a matrix after the first epoch."];
    if (isBusy()) return ["There will be a matrix after the next epoch; those before were not watched."];
    return ["Nobody watched these epochs, so there is no matrix of them. ",
      h("a", { href: `#/mistakes?${new URLSearchParams({ model: store.state.training.run ?? "" })}` }, "Mistakes"), " makes one."];
  }

  function drawCurves() {
    const { training } = store.state;
    const { points } = course();
    const lossLines = [];
    const accuracyLines = [];
    const normLines = [];
    const deadLines = [];
    const speedLines = [];
    const own = epochs();
    const perEpoch = training.steps_per_epoch ?? 1;
    const layers = own.at(-1)?.gradient_norms?.length ?? 0;
    if (points.length > 1) {
      lossLines.push({
        name: "within epochs", tint: "blue", width: 1, alpha: 0.55,
        x: points.map(([at]) => at / perEpoch), y: points.map(([, y]) => y),
      });
    }
    const add = (into, name, list, key, style) =>
      into.push({ name, ...style, x: list.map((e) => e.epoch), y: list.map((e) => e[key] ?? NaN) });
    if (own.length) {
      add(lossLines, "training", own, "train_loss", { tint: "blue" });
      add(lossLines, "validation", own, "validation_loss", { tint: "orange", dash: [7, 4] });
      add(lossLines, "test", own, "test_loss", { tint: "teal", dash: [2, 3] });
      add(accuracyLines, "training", own, "train_accuracy", { tint: "blue" });
      add(accuracyLines, "validation", own, "validation_accuracy", { tint: "orange", dash: [7, 4] });
      add(accuracyLines, "test", own, "test_accuracy", { tint: "teal", dash: [2, 3] });
      add(normLines, "all", own, "gradient_norm", { tint: "blue" });
      for (let l = 0; layers > 1 && l < layers; l++) {
        const y = own.map((e) => e.gradient_norms?.[l] ?? NaN);
        normLines.push({ name: `layer ${l + 1}`, ...look(l + 1), width: 1.5, x: own.map((e) => e.epoch), y });
      }
      add(speedLines, "examples a second", own, "examples_per_second", { tint: "blue" });
      const hidden = own.at(-1).dead_relus?.length ?? 0;
      for (let l = 0; l < hidden; l++) {
        deadLines.push({ name: `layer ${l + 1}`, ...look(l), x: own.map((e) => e.epoch), y: own.map((e) => e.dead_relus?.[l] ?? NaN) });
      }
    }
    runs.compared().forEach(({ name, epochs: list }, n) => {
      const style = look(Math.max(3, layers + 1) + n); // unlike all lines of any chart
      const judged = list.some((e) => Number.isFinite(e.test_loss)) ? "test" : "validation";
      add(lossLines, `run ${name}, ${judged}`, list, judged + "_loss", style);
      add(accuracyLines, `run ${name}, ${judged}`, list, judged + "_accuracy", style);
      add(normLines, `run ${name}`, list, "gradient_norm", style);
      add(speedLines, `run ${name}`, list, "examples_per_second", style);
    });
    loss.set(lossLines);
    accuracy.set(accuracyLines);
    norm.set(normLines);
    dead.set(deadLines);
    speed.set(speedLines);
  }

  function drawSnapshot(snapshot) {
    figure.set(snapshot);
    weights.set(snapshot);
  }

  const curvesSoon = calmly(400, () => !signal.aborted && drawCurves());
  const matrixSoon = calmly(200, () => !signal.aborted && drawMatrix());

  on("training", signal, () => {
    drawControls();
    drawFacts();
  });
  on("progress", signal, () => {
    drawFacts();
    curvesSoon();
  });
  on("course", signal, () => {
    drawFacts();
    matrixSoon();
    curvesSoon();
  });
  on("snapshot", signal, (snapshot) => {
    turn(); // one that is on its way is older
    drawSnapshot(snapshot);
  });

  const turn = latest(signal);

  async function drawAll() {
    const isLast = turn();
    drawControls();
    drawFacts();
    drawMatrix();
    drawCurves();
    try {
      const snapshot = await get("snapshot");
      if (isLast()) drawSnapshot(snapshot);
    } catch (error) {
      if (isLast()) complain(error);
    }
  }

  on("everything", signal, drawAll);
  drawAll();
  if (wanted && !isBusy()) {
    post("data", wanted).then((state) => {
      takeAll(state);
      write();
    }).catch(complain);
  }
  else write();
}

/** The first layer's weights as pictures, which change as it learns. */
function weightPictures() {
  const gallery = h("div", { class: "weights" });
  let shape = "";
  let pictures = [];
  return {
    element: h("figure", { class: "card" },
      h("figcaption", {}, h("h3", {}, "What the first layer looks for"),
        h("p", { class: "quiet" }, `The weights into some of its units, each on its own scale: ${store.state.data.channels === 3
          ? "of red, green and blue, what is lighter than grey makes the unit more active, what is darker less."
          : "blue pixels make the unit more active, orange ones less."}`)),
      gallery),
    set(snapshot) {
      const { data } = store.state;
      const list = snapshot.weights ?? [];
      const now = list.map((w) => w.unit).join() + snapshot.network + data.option;
      if (now !== shape) {
        shape = now;
        pictures = list.map((w) => weightPicture([], data, `Weights of unit ${w.unit}`));
        refill(gallery, ...pictures.map((picture, i) => h("figure", {}, picture, h("figcaption", {}, String(list[i].unit)))));
      }
      list.forEach((w, i) => redrawWeights(pictures[i], new Int8Array(bytes(w.pixels).buffer), data));
    },
  };
}
