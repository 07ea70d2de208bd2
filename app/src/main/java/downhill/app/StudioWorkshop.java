package downhill.app;

import downhill.data.Datasets;
import downhill.data.Preparation;
import downhill.network.Execution;
import downhill.studio.RefusedException;
import downhill.studio.Workshop;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Plans the studio's trainings as the command line does: the same settings, the same run folders.
 */
final class StudioWorkshop implements Workshop {
  private final Execution execution;
  private final Path runs;

  /** Read by every question that a page asks, so it waits for no planning. */
  private volatile Opened opened;

  private volatile @Nullable StudioTraining last;

  /** The data in use. */
  private record Opened(DataOption option, Data data) {
    static Opened of(DataOption option) {
      return new Opened(option, StudioWorkshop.data(option));
    }
  }

  StudioWorkshop(DataOption option, Execution execution, Path runs) {
    this.execution = execution;
    this.runs = runs;
    this.opened = Opened.of(option);
  }

  private static Data data(DataOption option) {
    if (option.isTable()) {
      throw CommandException.refused(
          "the studio shows images, and %s is a table".formatted(option.name()),
          "train on it with downhill train, and look at the report.html of the run");
    }
    return new Data(option.name(), option.location(), option.saidOfImages(), option.load());
  }

  @Override
  public Data data() {
    return opened.data();
  }

  @Override
  public synchronized Data open(String named, Map<String, String> pictures) {
    Data now = data();
    if (!named.equals(now.option()) || !pictures.equals(now.pictures())) {
      DataOption option = opened.option();
      opened =
          refusing(() ->
              Opened.of(
                  named.equals(now.option())
                      ? option.preparedAnew(pictures)
                      : DataOption.of(named, ImageOptions.of(pictures), new TableOptions())
                          .showing(option.view())));
    }
    return data();
  }

  @Override
  public Preparation preparation() {
    return opened.option().preparation();
  }

  @Override
  public List<Recipe> recipes() {
    return BuiltInRecipes.NAMES.stream()
        .map(name -> {
          Map<String, String> settings = new HashMap<>();
          BuiltInRecipes.read(name).lines().forEach((key, line) -> settings.put(key, line.value()));
          return new Recipe(name, RecipeFile.title(BuiltInRecipes.text(name)), settings);
        })
        .toList();
  }

  @Override
  public Training plan(Map<String, String> given) {
    return refusing(() -> {
      for (String key : given.keySet()) {
        if (!downhill.app.Recipe.KEYS.contains(key)) {
          throw CommandException.refused(
              "setting '" + Text.clean(key) + "': expected one of downhill train's, found another",
              "see downhill train --help");
        }
      }
      Settings settings = new Settings(given, RecipeFile.NONE);
      downhill.app.Recipe recipe = downhill.app.Recipe.read(settings, false);
      TrainingPlan plan =
          new Planning(opened.option(), settings, recipe)
              .plan(null, false, null, null)
              .running(execution, null, null);
      return begun(StudioTraining.fresh(plan, newFolder()));
    });
  }

  private RunFolder newFolder() {
    try {
      return RunFolder.createNext(runs);
    } catch (IOException e) {
      throw CommandException.refused(e, "start the studio in a folder that can be written");
    }
  }

  @Override
  public Training resume(Path run) {
    return refusing(() -> {
      StudioTraining training = StudioTraining.resumed(run, execution, opened.option().view());
      boolean taken = false;
      try {
        take(training.data());
        taken = true;
      } finally {
        if (!taken) {
          training.giveBack();
        }
      }
      return begun(training);
    });
  }

  /** Takes the data of a run that goes on, unless it is the same bytes. */
  private void take(DataOption of) {
    Opened next = Opened.of(of);
    Datasets now = data().sets();
    Datasets then = next.data().sets();
    if (!now.train().sha256().equals(then.train().sha256())
        || !now.test().sha256().equals(then.test().sha256())) {
      opened = next;
    }
  }

  private Training begun(StudioTraining training) {
    last = training;
    return training;
  }

  /** Waits until the last training has written what it knows, but not for ever. */
  void awaitEnd() throws InterruptedException {
    StudioTraining training = last;
    if (training != null) {
      training.awaitEnd();
    }
  }

  private static <T> T refusing(Supplier<T> make) {
    try {
      return make.get();
    } catch (CommandException e) {
      throw new RefusedException(Failure.describe(e), e.hint());
    }
  }

  @Override
  public Path runs() {
    return runs;
  }

  @Override
  public String version() {
    try {
      return new DownhillCommand.Version().getVersion()[0];
    } catch (IOException e) {
      return "downhill";
    }
  }
}
