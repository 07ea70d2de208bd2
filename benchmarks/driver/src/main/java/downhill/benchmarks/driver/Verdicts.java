package downhill.benchmarks.driver;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The part of the page that judges: the targets, which are missed, and where a peer is ahead. */
final class Verdicts {
  /** So much more test accuracy than ours is said; less is what other initial weights do. */
  private static final double ACCURACY_GAP = 0.005;

  private final Map<String, Object> results;
  private final Page page;

  Verdicts(Map<String, Object> results, Page page) {
    this.results = results;
    this.page = page;
  }

  void write() {
    List<Target> targets = Target.of(results);
    targets(targets);
    missed(targets);
    ahead();
  }

  private void targets(List<Target> targets) {
    page.line("");
    page.line("## Targets");
    page.line("");
    page.line("| | must | reach for | measured | |");
    page.line("|---|---|---|---|---|");
    for (Target target : targets) {
      page.line(
          "| %s | %s | %s | %s | %s |",
          target.what(),
          target.isAsked() ? Page.number(target.must(), 2) : "–",
          target.isAsked() ? Page.number(target.reach(), 2) : "–",
          target.shownWithInterval(),
          target.verdict());
    }
    if (targets.stream().anyMatch(target -> !target.rounds().isEmpty())) {
      page.line("");
      page.line(
          "In brackets: between these the true median lies with 95 % confidence, as far as rounds are");
      page.line(
          "independent. Those of one start are not, so such a verdict is sure only where the median of"
              + " each start says");
      page.line(
          "the same as well. Of a verdict without brackets nothing is known of how sure it is. Of"
              + " PyTorch on all");
      page.line("threads and on one, the faster counts.");
    }
    page.line("");
    page.line(
        "That a step allocates nothing is asked for as well; tests see to that, not this page.");
  }

  private void missed(List<Target> targets) {
    List<Target> missed = targets.stream().filter(Target::isMissed).toList();
    long asked = targets.stream().filter(Target::isAsked).count();
    long measured = targets.stream().filter(Target::isAsked).filter(Target::isMeasured).count();
    page.line("");
    page.line("## Where Downhill misses what it must reach");
    page.line("");
    page.line(
        missed.isEmpty()
            ? "Nowhere; %d of %d targets were measured."
            : "Of %2$d targets %1$d were measured; of these Downhill misses:",
        measured,
        asked);
    if (!missed.isEmpty()) {
      page.line("");
    }
    list(missed);
    double second = Pairs.secondCore(results);
    if (missed.stream().anyMatch(target -> target.what().equals(Target.SECOND_THREAD))
        && second < Target.LEAST_OF_SECOND) {
      page.line("");
      page.line(
          "On registers alone two cores of this machine reached %s times what one did in this run; a"
              + " second thread can",
          Page.number(Math.floor(100 * second) / 100, 2));
      page.line("hardly give more.");
    }
    List<Target> byChance = targets.stream().filter(Target::isMetByChance).toList();
    if (!byChance.isEmpty()) {
      page.line("");
      page.line("Met, but other rounds may well say otherwise:");
      page.line("");
    }
    list(byChance);
  }

  private void list(List<Target> targets) {
    for (Target target : targets) {
      page.line(
          "- %s: %s, where %s is asked for.",
          target.what(), target.shownWithInterval(), Page.number(target.must(), 2));
    }
  }

  private void ahead() {
    List<String> sentences = new ArrayList<>();
    for (Map<String, Object> network : Fields.maps(results, "epochs")) {
      Map<String, Object> ours = Fields.maps(network, "contenders").getFirst();
      for (Map<String, Object> row : Fields.maps(network, "contenders")) {
        if (!Fields.text(row, "name").startsWith("Downhill")) {
          sentences.addAll(ahead(Fields.text(network, "network"), row, ours));
        }
      }
    }
    sentences.addAll(Pairs.ahead(results));
    sentences.addAll(OtherTables.ahead(results));
    page.line("");
    page.line("## Where a peer is ahead");
    page.line("");
    if (sentences.isEmpty()) {
      page.line("Nowhere in what was measured.");
    }
    sentences.forEach(sentence -> page.line("- " + sentence));
    if (results.containsKey("epochs")) {
      page.line("");
      page.line(
          "Of test accuracy after whole epochs, less than %s points are not said to be a lead: other"
              + " initial weights do as much.",
          Page.number(100 * ACCURACY_GAP, 1));
    }
  }

  private static List<String> ahead(
      String network, Map<String, Object> row, Map<String, Object> ours) {
    List<String> sentences = new ArrayList<>();
    String name = Fields.text(row, "name");
    double ratio = Fields.number(row, "seconds_median") / Fields.number(ours, "seconds_median");
    if (ratio < 1) {
      sentences.add(
          "%s trains %s %s times as fast as Downhill."
              .formatted(name, network, Page.number(1 / ratio, 2)));
    }
    double gap = Fields.number(row, "accuracy") - Fields.number(ours, "accuracy");
    boolean sameEpochs = TrainingTables.judgedAfter(row) == TrainingTables.judgedAfter(ours);
    if (sameEpochs && gap > ACCURACY_GAP) {
      sentences.add(
          "%s is %s points of test accuracy ahead after as many epochs of %s, from its own initial weights."
              .formatted(name, Page.number(100 * gap, 1), network));
    }
    if (network.equals(Epochs.MAIN)
        && !row.containsKey("problem")
        && Fields.number(row, "ready_seconds") < Fields.number(ours, "ready_seconds")) {
      sentences.add("%s is ready to train %s sooner.".formatted(name, network));
    }
    return sentences;
  }
}
