package downhill.report;

import downhill.report.LineChart.Unit;
import java.util.List;
import java.util.Map;

/** How the network learned: the charts that a run's history has numbers for. */
record Curves(RunHistory history) {
  private static final int STYLES = 6; // of lines that stand for layers, in the style sheet

  /** Writes the charts, and what else is known of the run. */
  void write(Markup out, Map<String, String> run) {
    out.open("div", "class", "charts");
    charts().forEach(chart -> chart.write(out));
    out.open("div", "class", "card");
    ReportPage.table(out, "The run", run);
    out.close().close();
  }

  private List<LineChart> charts() {
    int[] epochs = history.epochs();
    LineChart loss =
        new LineChart(
                "loss",
                "Loss",
                "Mean cross-entropy, −log of the probability of the right class, in nats.",
                Unit.PLAIN,
                epochs)
            .line("training", "train", history.values("train_loss"))
            .line("validation", "validation", history.values("validation_loss"))
            .line("test", "test", history.values("test_loss"));
    LineChart accuracy =
        new LineChart(
                "accuracy",
                "Accuracy",
                "The share classified right; of training examples, as training met them.",
                Unit.PERCENT,
                epochs)
            .line("training", "train", history.values("train_accuracy"))
            .line("validation", "validation", history.values("validation_accuracy"))
            .line("test", "test", history.values("test_accuracy"));
    LineChart rate =
        new LineChart(
                "rate",
                "Learning rate",
                "How far a step goes down the gradient, at the end of each epoch.",
                Unit.PLAIN,
                epochs)
            .line("learning rate", "train", history.values("learning_rate"));
    LineChart norm =
        new LineChart(
                "norm",
                "Gradient norm",
                "The length of the gradient of each epoch’s last step: how steep it is there.",
                Unit.PLAIN,
                epochs)
            .line("norm", "train", history.values("gradient_norm"));
    LineChart dead =
        new LineChart(
            "dead",
            "Dead ReLUs",
            "The share of each hidden layer’s units that no example of the epoch made active.",
            Unit.PERCENT,
            epochs);
    List<double[]> layers = history.arrays("dead_relus");
    for (int l = 0; l < layers.size(); l++) {
      dead.line("layer " + (l + 1), "layer" + l % STYLES, layers.get(l));
    }
    return List.of(loss, accuracy, rate, norm, dead);
  }
}
