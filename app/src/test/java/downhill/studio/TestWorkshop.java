package downhill.studio;

import downhill.data.Dataset;
import downhill.data.Datasets;
import downhill.data.Preparation;
import downhill.network.Architecture;
import downhill.training.Pace;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/** A workshop whose plans and folders are what a test says. */
final class TestWorkshop implements Workshop {
  private final Data data;
  Supplier<Path> runs = () -> Path.of("runs");
  Runnable whenAsked = () -> {};
  Supplier<Training> plan = () -> training((pace, listener) -> {});

  TestWorkshop() {
    Dataset set = Dataset.of(new byte[3 * 16], 4, 4, new int[] {0, 1, 2}, List.of("a", "b", "c"));
    data = new Data("tiny", "tiny", Map.of(), new Datasets(set, set));
  }

  /** Returns a training that does what it is told instead of training. */
  static Training training(BiConsumer<Pace, Listener> run) {
    return new Training() {
      @Override
      public Path folder() {
        return Path.of("runs", "1");
      }

      @Override
      public Architecture architecture() {
        return Architecture.of(16, 8, 3);
      }

      @Override
      public Map<String, String> settings() {
        return Map.of();
      }

      @Override
      public int epochs() {
        return 1;
      }

      @Override
      public String judgedBy() {
        return "test";
      }

      @Override
      public boolean keepsBest() {
        return true;
      }

      @Override
      public void run(Pace pace, Listener listener) {
        run.accept(pace, listener);
      }

      @Override
      public void stop() {}
    };
  }

  @Override
  public Data data() {
    whenAsked.run();
    return data;
  }

  @Override
  public Data open(String option, Map<String, String> pictures) {
    return data;
  }

  @Override
  public Preparation preparation() {
    return Preparation.grey(4, 4);
  }

  @Override
  public List<Recipe> recipes() {
    return List.of();
  }

  @Override
  public Training plan(Map<String, String> settings) {
    return plan.get();
  }

  @Override
  public Training resume(Path run) {
    return plan.get();
  }

  @Override
  public Path runs() {
    return runs.get();
  }

  @Override
  public String version() {
    return "test";
  }
}
