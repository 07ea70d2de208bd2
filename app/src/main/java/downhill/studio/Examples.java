package downhill.studio;

import downhill.data.Dataset;
import downhill.evaluation.Answer;
import downhill.evaluation.Answers;
import downhill.evaluation.Evaluation;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import tools.jackson.core.JsonGenerator;

/** Finds images of the test set by what a network says of them, and those that are like them. */
final class Examples {
  private static final int MOST = 100;
  private static final int NEIGHBOURS = 8;

  /** The most classes of which a page is told the confusion matrix: more it could not show. */
  private static final int MOST_CLASSES = 100;

  private Examples() {}

  /** Lists some images. */
  static byte[] list(Models.Loaded model, Fields fields) {
    Dataset test = model.test();
    Answers answers = model.answers();
    int offset = fields.has("offset") ? fields.whole("offset", 0, test.size()) : 0;
    int count = fields.whole("count", 1, MOST);
    Predicate<Answer> wanted = wanted(fields, test.classes());
    List<Answer> all =
        sorted(
                fields.text("filter", "all"),
                IntStream.range(0, answers.size()).mapToObj(answers::get).filter(wanted))
            .toList();
    return Json.object(json -> {
      json.writeNumberProperty("total", all.size());
      // Of a training under way: to be asked again for what comes before and after these.
      json.writeStringProperty("key", model.key());
      json.writeArrayPropertyStart("examples");
      for (Answer answer : all.stream().skip(offset).limit(count).toList()) {
        json.writeStartObject();
        json.writeNumberProperty("index", answer.example());
        json.writeNumberProperty("label", answer.label());
        json.writeNumberProperty("predicted", answer.predicted());
        Json.number(json, "probability", answer.probability());
        Json.number(json, "label_probability", answer.labelProbability());
        Json.number(json, "loss", answer.loss());
        pixels(json, test, answer.example());
        json.writeEndObject();
      }
      json.writeEndArray();
    });
  }

  private static Predicate<Answer> wanted(Fields fields, int classes) {
    Predicate<Answer> wanted = answer -> true;
    if (fields.has("label")) {
      int label = fields.whole("label", 0, classes - 1);
      wanted = wanted.and(answer -> answer.label() == label);
    }
    if (fields.has("predicted")) {
      int predicted = fields.whole("predicted", 0, classes - 1);
      wanted = wanted.and(answer -> answer.predicted() == predicted);
    }
    return wanted;
  }

  private static Stream<Answer> sorted(String filter, Stream<Answer> answers) {
    return switch (filter) {
      case "all" -> answers;
      case "wrong" ->
          answers
              .filter(answer -> !answer.right())
              .sorted(Comparator.comparingDouble(Answer::loss).reversed());
      case "unsure" -> answers.sorted(Comparator.comparingDouble(Answer::probability));
      case "sure" -> answers.sorted(Comparator.comparingDouble(Answer::probability).reversed());
      default ->
          throw RefusedException.bad("filter: expected all, wrong, unsure or sure, found another");
    };
  }

  private static void pixels(JsonGenerator json, Dataset data, int example) {
    byte[] pixels = new byte[data.features()];
    data.copyTo(example, pixels, 0);
    Json.bytes(json, "pixels", pixels);
  }

  /** Returns how well a network does on the test set. */
  static byte[] evaluation(Models.Loaded model) {
    Evaluation evaluation = model.answers().evaluation();
    return Json.object(json -> {
      json.writeStringProperty("model", model.id());
      json.writeStringProperty("network", model.network().architecture().toString());
      Json.number(json, "accuracy", evaluation.accuracy());
      Json.number(json, "loss", evaluation.loss());
      json.writeNumberProperty("examples", evaluation.examples());
      // Of a training under way: to be asked again for examples that fit these numbers.
      json.writeStringProperty("key", model.key());
      model.write(json);
      writeConfusion(json, evaluation);
    });
  }

  /** Writes what is taken for what, unless there are too many classes to be shown. */
  static void writeConfusion(JsonGenerator json, Evaluation evaluation) {
    int[][] matrix = evaluation.confusionMatrix();
    if (matrix.length > MOST_CLASSES) {
      return;
    }
    json.writeArrayPropertyStart("confusion");
    for (int[] row : matrix) {
      json.writeArray(row, 0, row.length);
    }
    json.writeEndArray();
  }

  /** Finds the training images whose pixels differ least, by the sum of squares. */
  static byte[] neighbours(Dataset train, Example example) {
    int n = train.size();
    long[] distances = new long[n];
    byte[] other = new byte[train.features()];
    for (int i = 0; i < n; i++) {
      train.copyTo(i, other, 0);
      distances[i] = distance(example.pixels(), other);
    }
    List<Integer> nearest =
        IntStream.range(0, n)
            .boxed()
            .sorted(Comparator.comparingLong(i -> distances[i]))
            .limit(NEIGHBOURS)
            .toList();
    return Json.object(json -> {
      json.writeArrayPropertyStart("neighbours");
      for (int i : nearest) {
        json.writeStartObject();
        json.writeNumberProperty("index", i);
        json.writeNumberProperty("label", train.label(i));
        Json.number(json, "distance", Math.sqrt((double) distances[i]) / 255);
        pixels(json, train, i);
        json.writeEndObject();
      }
      json.writeEndArray();
    });
  }

  private static long distance(byte[] u, byte[] v) {
    long sum = 0;
    for (int j = 0; j < u.length; j++) {
      int difference = (u[j] & 0xff) - (v[j] & 0xff);
      sum += (long) difference * difference;
    }
    return sum;
  }
}
