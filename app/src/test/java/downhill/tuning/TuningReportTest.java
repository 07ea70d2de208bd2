package downhill.tuning;

import static org.assertj.core.api.Assertions.assertThat;

import downhill.training.Stopping.Monitor;
import downhill.training.Validation;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** What is written of a search: table, recipe and picture. */
class TuningReportTest {
  static {
    // The tests are part of the module, which has no need to read XML itself.
    TuningReportTest.class
        .getModule()
        .addReads(ModuleLayer.boot().findModule("java.xml").orElseThrow());
  }

  private static final Map<Tunable, String> SPACE =
      Map.of(
          Tunable.LEARNING_RATE, "0.001..0.3",
          Tunable.NETWORK, "4-3,4-8-3",
          Tunable.OPTIMIZER, "gradient-descent,momentum",
          Tunable.MOMENTUM, "0.5..0.99");

  private static TuningPlan plan(Map<Tunable, String> space, Monitor monitor) {
    SortedMap<Tunable, Range> ranges = new TreeMap<>();
    space.forEach((setting, text) -> ranges.put(setting, Range.parse(setting, text)));
    return new TuningPlan(
        "data",
        "00",
        Map.of("momentum", "0.1", "l2", "0.001"),
        ranges,
        new Halving(9, 9, 3),
        3,
        monitor,
        0.25);
  }

  private static Leaderboard board(TuningPlan plan) {
    List<Result> results = new ArrayList<>();
    for (int trial = 1; trial <= 9; trial++) {
      int epochs = trial > 8 ? 9 : trial > 6 ? 3 : 1;
      List<Validation> curve = new ArrayList<>();
      for (int epoch = 1; epoch <= epochs; epoch++) {
        curve.add(new Validation(1.0 / (trial + epoch), 1 - 0.5 / (trial + epoch)));
      }
      int rung = epochs == 9 ? 3 : epochs == 3 ? 2 : 1;
      results.add(
          trial == 2
              ? new Result(2, 1, List.of(), "the loss is <no longer> finite & so on")
              : new Result(trial, rung, curve, null));
    }
    return Leaderboard.of(results, plan.monitor());
  }

  @Test
  void momentumIsDrawnForThoseThatHaveIt() {
    TuningPlan plan = plan(SPACE, Monitor.ACCURACY);
    boolean[] seen = new boolean[2];
    for (int trial = 1; trial <= 9; trial++) {
      Map<String, String> settings = plan.settings(trial);
      boolean has = "momentum".equals(settings.get("optimizer"));
      assertThat(settings.containsKey("momentum")).isEqualTo(has);
      assertThat(settings)
          .containsEntry("l2", "0.001")
          .containsEntry("epochs", "9")
          .containsEntry("seed", "3")
          .containsKeys("network", "learning-rate");
      seen[has ? 1 : 0] = true;
    }
    assertThat(seen).containsOnly(true);
  }

  @Test
  void dropoutIsDrawnForThoseThatHaveHiddenUnits() {
    Map<Tunable, String> space = Map.of(Tunable.NETWORK, "4-3,4-8-3", Tunable.DROPOUT, "0.1..0.5");
    TuningPlan plan = plan(space, Monitor.ACCURACY);
    boolean[] seen = new boolean[2];
    for (int trial = 1; trial <= 9; trial++) {
      boolean has = "4-8-3".equals(plan.settings(trial).get("network"));
      assertThat(plan.settings(trial).containsKey("dropout")).isEqualTo(has);
      seen[has ? 1 : 0] = true;
    }
    assertThat(seen).containsOnly(true);
  }

  @Test
  void aSettingMoreChangesNoOtherDraw() {
    TuningPlan few = plan(Map.of(Tunable.LEARNING_RATE, "0.001..0.3"), Monitor.ACCURACY);
    TuningPlan many = plan(SPACE, Monitor.ACCURACY);
    for (int trial = 1; trial <= 9; trial++) {
      assertThat(few.draw(trial).get(Tunable.LEARNING_RATE))
          .isEqualTo(many.draw(trial).get(Tunable.LEARNING_RATE));
    }
  }

  @Test
  void theTableHasARowForEachTrial() {
    TuningPlan plan = plan(SPACE, Monitor.ACCURACY);
    List<String> lines = TuningReport.table(plan, board(plan)).lines().toList();
    assertThat(lines).hasSize(10);
    assertThat(lines.getFirst())
        .isEqualTo(
            "rank,trial,rung,epochs,accuracy,loss,network,learning-rate,optimizer,momentum,outcome");
    assertThat(lines.get(1)).startsWith("1,9,3,9,0.97").endsWith(",finished");
    assertThat(lines.get(3)).startsWith("3,7,2,3,0.95,0.1,").endsWith(",dropped");
    assertThat(lines.getLast()).startsWith("9,2,1,0,,,").endsWith(",diverged");
    assertThat(lines).allSatisfy(line -> assertThat(line.split(",", -1)).hasSize(11));
  }

  @Test
  void theRecipeHasTheWinnersSettings() {
    TuningPlan plan = plan(Map.of(Tunable.LEARNING_RATE, "0.5"), Monitor.ACCURACY);
    Result best = board(plan).best().orElseThrow();
    assertThat(TuningReport.recipe(plan, best).lines())
        .containsExactlyInAnyOrder(
            "# Trial 9 of 9: accuracy 97.22 %, loss 0.0556 on held-out data after 9 epochs",
            "epochs = 9", "learning-rate = 0.5", "seed = 3", "l2 = 0.001", "momentum = 0.1");
  }

  private static Document parsed(String svg) throws Exception {
    return DocumentBuilderFactory.newNSInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
  }

  private static List<String> texts(Document svg) {
    List<String> texts = new ArrayList<>();
    NodeList nodes = svg.getElementsByTagName("text");
    for (int i = 0; i < nodes.getLength(); i++) {
      texts.add(nodes.item(i).getTextContent());
    }
    return texts;
  }

  @ParameterizedTest
  @EnumSource(Monitor.class)
  void thePictureIsWellFormedAndSaysWhatItShows(Monitor monitor) throws Exception {
    TuningPlan plan = plan(SPACE, monitor);
    String svg = TuningPicture.draw(plan, board(plan), "<tiny> & \"small\"\u0001");
    Document document = parsed(svg);
    assertThat(texts(document))
        .contains(
            "Tuning on <tiny> & \"small\" : 9 trials",
            "learning rate (logarithmic)",
            "epoch",
            "network",
            "4-8-3",
            "diverged",
            monitor == Monitor.LOSS ? "validation loss (nats)" : "validation accuracy")
        .anyMatch(text -> text.startsWith("Best: trial 9, accuracy 97.22 %"));
    // Each trial once above (the best in two rings), and below the six that the axis has room for.
    NodeList titles = document.getElementsByTagName("title");
    long above = 0;
    for (int i = 0; i < titles.getLength(); i++) {
      above += titles.item(i).getTextContent().startsWith("Trial ") ? 1 : 0;
    }
    assertThat(above).isEqualTo(9 + 1 + 6);
    assertThat(TuningPicture.draw(plan, board(plan), "x"))
        .isEqualTo(TuningPicture.draw(plan, board(plan), "x"));
  }

  @Test
  void nothingIsDrawnOutsideThePicture() throws Exception {
    for (Map<Tunable, String> space :
        List.of(
            SPACE,
            Map.of(Tunable.BATCH_SIZE, "16,32,64"),
            Map.of(Tunable.NETWORK, "4-3,4-8-3,4-9-3,4-10-3,4-11-3,4-12-3,4-13-3,4-14-3,4-15-3"),
            Map.of(Tunable.DROPOUT, "0..0.5", Tunable.L1, "0..1e-4", Tunable.L2, "1e-6..1e-2"),
            // Many a draw of these is a dropout of 0, which has no logarithm.
            Map.of(Tunable.DROPOUT, "1e-9..0.5"),
            Map.of(Tunable.DROPOUT, "1e-9..1e-6", Tunable.NETWORK, "4-8-3,4-9-3"),
            Map.of(Tunable.LEARNING_RATE, "0.5"))) {
      TuningPlan plan = plan(space, Monitor.ACCURACY);
      NodeList all = parsed(TuningPicture.draw(plan, board(plan), "x")).getElementsByTagName("*");
      for (int i = 0; i < all.getLength(); i++) {
        Element element = (Element) all.item(i);
        for (String name : List.of("x", "cx", "x1", "x2", "y", "cy", "y1", "y2")) {
          String value = element.getAttribute(name);
          if (!value.isEmpty()) {
            assertThat(Double.parseDouble(value)).as(name).isBetween(0.0, 900.0);
          }
        }
      }
    }
  }

  /** However large a loss is, the marks beside it come to an end. */
  @Test
  @Timeout(20)
  void axesOfHugeNumbersAreDrawn() {
    for (double to : new double[] {1e15, 1e17, 1e300}) {
      for (double from : new double[] {0, to / 2, Math.nextDown(to), to}) {
        Axis axis = Axis.linear(from, to, 5, false);
        assertThat(axis.ticks()).hasSizeLessThan(12);
        assertThat(axis.at(from)).isBetween(0.0, 1.0);
        assertThat(axis.at(to)).isBetween(0.0, 1.0);
      }
    }
    assertThat(Axis.logarithmic(1e-3, 1).at(0)).isZero();
  }

  @Test
  void aSearchInWhichAllDivergedHasAPictureToo() throws Exception {
    TuningPlan plan = plan(SPACE, Monitor.ACCURACY);
    Leaderboard board =
        Leaderboard.of(List.of(new Result(1, 1, List.of(), "step 1")), Monitor.ACCURACY);
    assertThat(texts(parsed(TuningPicture.draw(plan, board, "x"))))
        .contains("Every trial diverged");
  }
}
