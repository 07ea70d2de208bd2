package downhill.report;

import downhill.evaluation.Calibration;
import downhill.evaluation.Evaluation;
import downhill.modelfile.AtomicFile;
import downhill.network.Execution;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Writes the report and the card of a model. */
public final class Reports {
  /** The name of the report in its folder. */
  public static final String REPORT = "report.html";

  /** The name of the card in its folder. */
  public static final String CARD = "model-card.md";

  private Reports() {}

  /**
   * What was written, and what it says.
   *
   * @param report the report
   * @param card the card
   * @param evaluation how well the model does on the test set
   * @param calibration how far its probabilities can be trusted
   */
  public record Written(Path report, Path card, Evaluation evaluation, Calibration calibration) {}

  /**
   * Judges a model by the test set and writes {@value #REPORT} and {@value #CARD}, each as a whole
   * or not at all, over those that were there.
   *
   * @param subject what to report on
   * @param folder where to, a folder that is there
   * @param execution how to run; changes no bit of the files
   * @throws IOException if the model's file or the history can't be read, or a file not be written
   * @throws IllegalArgumentException if the model and the data don't fit each other, or one of the
   *     model's probabilities is not a number
   */
  public static Written write(Subject subject, Path folder, Execution execution)
      throws IOException {
    Findings findings = Findings.of(subject, execution);
    byte[] page = new ReportPage(findings).html().getBytes(StandardCharsets.UTF_8);
    byte[] text = new ModelCard(findings).markdown().getBytes(StandardCharsets.UTF_8);
    Path report = folder.resolve(REPORT);
    Path card = folder.resolve(CARD);
    AtomicFile.replace(report, out -> out.write(page));
    AtomicFile.replace(card, out -> out.write(text));
    return new Written(report, card, findings.evaluation(), findings.calibration());
  }
}
