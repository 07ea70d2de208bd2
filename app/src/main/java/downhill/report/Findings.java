package downhill.report;

import downhill.data.ClassNames;
import downhill.data.Dataset;
import downhill.evaluation.Answers;
import downhill.evaluation.Calibration;
import downhill.evaluation.Evaluation;
import downhill.modelfile.Model;
import downhill.network.Architecture;
import downhill.network.Execution;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * All that was found out about a model, which report and card only put into words.
 *
 * @param subject what it is about
 * @param answers what it says of each test example
 * @param evaluation the answers, summed up
 * @param calibration how far its probabilities can be trusted
 * @param history how it was trained, as far as is known
 * @param classNames the model's own, or the data's where it has none
 * @param modelBytes what it is read from
 * @param trainSha256 of the training examples at hand
 */
record Findings(
    Subject subject,
    Answers answers,
    Evaluation evaluation,
    Calibration calibration,
    RunHistory history,
    List<String> classNames,
    ModelBytes modelBytes,
    String trainSha256) {

  /** Some examples of one class taken for another. */
  record Confusion(int actual, int predicted, int count) {}

  /** Finds it all out. */
  static Findings of(Subject subject, Execution execution) throws IOException {
    Dataset test = subject.datasets().test();
    Answers answers = Answers.of(subject.model().network(), test, execution);
    List<String> own = subject.model().classNames();
    boolean unnamed = ClassNames.areNumbers(own);
    return new Findings(
        subject,
        answers,
        answers.evaluation(),
        answers.calibration(),
        RunHistory.read(subject.history()),
        unnamed ? test.classNames() : own,
        subject.modelBytes(),
        subject.datasets().train().sha256());
  }

  Model model() {
    return subject.model();
  }

  Architecture architecture() {
    return model().network().architecture();
  }

  Dataset test() {
    return subject.datasets().test();
  }

  /** Returns the name of a class. */
  String name(int k) {
    return classNames.get(k);
  }

  /** Returns what the model is, in a few words. */
  String title() {
    return architecture() + " on " + subject.dataName();
  }

  /** Returns whether the examples are pictures, and not plain vectors. */
  boolean pictures() {
    return test().height() > 1;
  }

  /** Returns what one example is called. */
  String noun() {
    return pictures() ? "image" : "example";
  }

  /** Returns the ends of the 95 % interval of the accuracy, by Wilson's score. */
  double[] interval() {
    double z = 1.959963984540054;
    double n = evaluation.examples();
    double p = evaluation.accuracy();
    double centre = (p + z * z / (2 * n)) / (1 + z * z / n);
    double half = z / (1 + z * z / n) * Math.sqrt(p * (1 - p) / n + z * z / (4 * n * n));
    return new double[] {Math.max(0, centre - half), Math.min(1, centre + half)};
  }

  /** Returns what is confused most often, at most so many. */
  List<Confusion> mostConfused(int count) {
    List<Confusion> all = new ArrayList<>();
    for (int actual = 0; actual < classNames.size(); actual++) {
      for (int predicted = 0; predicted < classNames.size(); predicted++) {
        int examples = evaluation.confusion(actual, predicted);
        if (actual != predicted && examples > 0) {
          all.add(new Confusion(actual, predicted, examples));
        }
      }
    }
    all.sort(Comparator.comparingInt(Confusion::count).reversed());
    return all.subList(0, Math.min(count, all.size()));
  }

  /** Returns whether the training examples at hand are those that the model file names. */
  TrainingData trainingData() {
    String named = model().provenance().get("data_sha256");
    if (named == null) {
      return TrainingData.UNKNOWN;
    }
    return named.equals(trainSha256) ? TrainingData.THESE : TrainingData.OTHERS;
  }

  /** What is known of the examples that a model was trained on. */
  enum TrainingData {
    /** The file does not say. */
    UNKNOWN,
    /** Those at hand. */
    THESE,
    /** Others, or a part of those at hand. */
    OTHERS
  }
}
