package downhill.serving;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The models that are served, by name and version. A thread looks at their files again and again. A
 * file that has changed, and is no longer changing, is loaded beside the model that is served; then
 * the next request gets the new one, while those that began with the old one end with it. A file
 * that can't be loaded changes nothing; a version that can't be loaded from the start is not served
 * until its file has changed. Safe to share.
 */
public final class ModelRepository implements AutoCloseable {
  /**
   * What tells two states of a file apart; a file renamed into place has another key, and one that
   * may be read now has been changed, where the file system notes that.
   */
  private record Stamp(FileTime modified, long size, @Nullable Object key, Object changed) {
    static Stamp of(Path file) throws IOException {
      BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
      boolean unix = file.getFileSystem().supportedFileAttributeViews().contains("unix");
      Object changed = unix ? Files.getAttribute(file, "unix:ctime") : found.lastModifiedTime();
      return new Stamp(found.lastModifiedTime(), found.size(), found.fileKey(), changed);
    }
  }

  /** The state of all files of a model; one that belongs to it and is not there has no stamp. */
  private record State(Stamp own, Map<Path, Optional<Stamp>> others) {}

  /** A version, and the state of the files it was loaded from. */
  private record Version(ServedModel model, State state) {}

  /** Which other files belong to one, as it says in the state it is in. */
  private record Belongings(Stamp stamp, List<Path> others) {}

  /** One model; its fields but {@code versions} belong to the thread that looks. */
  private static final class Entry {
    final ModelLocation location;
    final Map<Path, Belongings> belongings = new HashMap<>();
    final Map<Long, State> seen = new HashMap<>(); // changed since it was loaded, or failed to load
    final Map<Long, State> refused = new HashMap<>(); // can't be loaded in this state
    String trouble = ""; // told already
    volatile SortedMap<Long, Version> versions = Collections.emptySortedMap(); // never changed

    Entry(ModelLocation location) {
      this.location = location;
    }
  }

  private final Map<String, Entry> models = new LinkedHashMap<>(); // not changed after open
  private final ModelLoader loader;
  private final ServingListener listener;
  private final Metrics metrics = new Metrics();
  private volatile @Nullable Thread watcher;
  private volatile boolean closed;

  private ModelRepository(ModelLoader loader, ServingListener listener) {
    this.loader = loader;
    this.listener = listener;
  }

  /**
   * Loads all models. A version that can't be loaded is passed over, and the listener told, where
   * another one of the same model is there.
   *
   * @throws IllegalArgumentException if two have the same name, or there is none
   * @throws IOException if one of them has no version that can be loaded; none stays open then
   */
  public static ModelRepository open(
      List<ModelLocation> locations, ModelLoader loader, ServingListener listener)
      throws IOException {
    ModelRepository repository = new ModelRepository(loader, listener);
    for (ModelLocation location : locations) {
      if (repository.models.put(location.name(), new Entry(location)) != null) {
        throw new IllegalArgumentException(
            "model '%s': expected each name once; give another: NAME=%s"
                .formatted(location.name(), location.path()));
      }
    }
    if (locations.isEmpty()) {
      throw new IllegalArgumentException("models: expected at least one, found none");
    }
    try {
      for (Entry entry : repository.models.values()) {
        repository.loadAll(entry);
      }
    } catch (IOException | RuntimeException | Error failure) {
      repository.close();
      throw failure;
    }
    return repository;
  }

  private void loadAll(Entry entry) throws IOException {
    SortedMap<Long, Throwable> problems = new TreeMap<>();
    for (Map.Entry<Long, Path> found : entry.location.versions().entrySet()) {
      try {
        load(entry, found.getKey(), found.getValue());
      } catch (IOException | RuntimeException | Error problem) {
        problems.put(found.getKey(), problem);
      }
    }
    if (entry.versions.isEmpty()) {
      switch (problems.values().iterator().next()) {
        case IOException e -> throw e;
        case RuntimeException e -> throw e;
        case Throwable e -> throw (Error) e;
      }
    }
    problems.forEach((number, problem) -> refuse(entry, number, problem));
  }

  Metrics metrics() {
    return metrics;
  }

  /** Returns the names of the models, in the order they were given. */
  public List<String> names() {
    return List.copyOf(models.keySet());
  }

  /** Returns whether any of the models takes the rows of a table, as it is loaded now. */
  public boolean takesRows() {
    return models.values().stream()
        .flatMap(entry -> entry.versions.values().stream())
        .anyMatch(version -> version.model.takesRows());
  }

  /**
   * Returns the versions of a model, rising.
   *
   * @throws RefusedException with status 404 if there is no such model
   */
  List<String> versions(String name) throws RefusedException {
    return entry(name).versions.keySet().stream().map(String::valueOf).toList();
  }

  /**
   * Returns a model and holds it open; the caller releases it.
   *
   * @param version null for the highest
   * @throws RefusedException with status 404 if there is no such model or version
   */
  ServedModel acquire(String name, @Nullable String version) throws RefusedException {
    Entry entry = entry(name);
    while (true) {
      SortedMap<Long, Version> versions = entry.versions;
      @Nullable Version found = version == null ? newest(versions) : numbered(versions, version);
      if (found == null) {
        throw new RefusedException(
            404,
            "model '%s': expected a version out of %s, found %s"
                .formatted(name, versions.keySet(), version == null ? "none" : version));
      }
      if (found.model.acquire()) {
        return found.model;
      }
      Thread.onSpinWait(); // just replaced; the next look finds its successor
    }
  }

  private static @Nullable Version newest(SortedMap<Long, Version> versions) {
    return versions.isEmpty() ? null : versions.get(versions.lastKey());
  }

  private static @Nullable Version numbered(SortedMap<Long, Version> versions, String version) {
    return version.matches("[1-9]\\d{0,17}") ? versions.get(Long.valueOf(version)) : null;
  }

  private Entry entry(String name) throws RefusedException {
    @Nullable Entry entry = models.get(name);
    if (entry == null) {
      throw new RefusedException(
          404, "model: expected one of %s, found another name".formatted(models.keySet()));
    }
    return entry;
  }

  /** Looks at the files again and again, until this is closed. */
  public void watch(Duration pause) {
    watcher =
        Thread.ofPlatform()
            .daemon()
            .name("model-watch")
            .start(() -> {
              try {
                while (!closed) {
                  Thread.sleep(pause);
                  look();
                }
              } catch (InterruptedException closing) {
                Thread.currentThread().interrupt();
              }
            });
  }

  /**
   * Looks at all files once, and loads what has changed and is the same as at the look before.
   * Called by one thread at a time.
   */
  synchronized void look() {
    for (Entry entry : models.values()) {
      if (closed) {
        return;
      }
      try {
        look(entry);
      } catch (IOException | RuntimeException | Error problem) {
        keep(entry, problem); // whatever it is, the next look must come
      }
    }
  }

  private void look(Entry entry) throws IOException {
    SortedMap<Long, Path> found = entry.location.versions();
    for (Map.Entry<Long, Path> file : found.entrySet()) {
      long number = file.getKey();
      State state = state(entry, file.getValue());
      @Nullable Version served = entry.versions.get(number);
      if (served != null && served.state.equals(state)) {
        entry.seen.remove(number);
        entry.refused.remove(number);
      } else if (state.equals(entry.seen.put(number, state)) // else it may be half written
          && !state.equals(entry.refused.get(number))) {
        try {
          load(entry, number, file.getValue());
        } catch (IOException | RuntimeException | Error problem) {
          refuse(entry, number, problem);
        }
      }
    }
    List<Long> gone = new ArrayList<>(entry.versions.keySet());
    gone.removeAll(found.keySet());
    gone.forEach(number -> remove(entry, number));
    // Versions may come and go for as long as the server runs.
    entry.seen.keySet().retainAll(found.keySet());
    entry.refused.keySet().retainAll(found.keySet());
    entry.belongings.keySet().retainAll(found.values());
    metrics.keep(
        entry.location.name(),
        found.keySet().stream().map(String::valueOf).collect(Collectors.toSet()));
    // All that is served is what its files hold: what goes wrong from now on is news again.
    if (Collections.disjoint(entry.versions.keySet(), entry.refused.keySet())) {
      entry.trouble = "";
    }
  }

  private State state(Entry entry, Path file) throws IOException {
    Stamp own = Stamp.of(file);
    @Nullable Belongings known = entry.belongings.get(file);
    if (known == null || !known.stamp.equals(own)) {
      List<Path> others;
      try {
        others = loader.files(file).stream().filter(other -> !other.equals(file)).toList();
      } catch (IOException | RuntimeException | Error unreadable) {
        others = List.of(); // loading it will tell why
      }
      known = new Belongings(own, others);
      entry.belongings.put(file, known);
    }
    Map<Path, Optional<Stamp>> others = new HashMap<>();
    for (Path other : known.others) {
      try {
        others.put(other, Optional.of(Stamp.of(other)));
      } catch (IOException missing) {
        others.put(other, Optional.empty());
      }
    }
    return new State(own, others);
  }

  private void load(Entry entry, long number, Path file) throws IOException {
    State state = state(entry, file);
    entry.refused.put(number, state); // until it has been loaded
    ModelLoader.Loaded loaded = loader.load(file);
    if (!state(entry, file).equals(state)) {
      loaded.classifier().close();
      throw new IOException(file + ": changed while it was read");
    }
    String name = entry.location.name();
    String version = Long.toString(number);
    ModelMetrics counters = metrics.model(name, version);
    ServedModel model = new ServedModel(name, version, loaded, counters);
    SortedMap<Long, Version> versions = new TreeMap<>(entry.versions);
    @Nullable Version old = versions.put(number, new Version(model, state));
    entry.versions = Collections.unmodifiableSortedMap(versions);
    entry.seen.remove(number);
    entry.refused.remove(number);
    entry.trouble = "";
    counters.loads.increment();
    if (old != null) {
      old.model.release();
    }
    listener.loaded(name, version, loaded.network(), file);
  }

  private void remove(Entry entry, long number) {
    SortedMap<Long, Version> versions = new TreeMap<>(entry.versions);
    @Nullable Version old = versions.remove(number);
    entry.versions = Collections.unmodifiableSortedMap(versions);
    if (old != null) {
      old.model.release();
      listener.removed(entry.location.name(), Long.toString(number));
    }
  }

  /** Tells that the file of a version can't be loaded in the state it is in. */
  private void refuse(Entry entry, long number, Throwable problem) {
    String name = entry.location.name();
    String version = Long.toString(number);
    metrics.model(name, version).failedLoads.increment();
    if (entry.versions.containsKey(number)) {
      keep(entry, problem);
    } else if (!closed) {
      listener.skipped(name, version, reason(problem));
    }
  }

  /** Tells that something can't be loaded, once. */
  private void keep(Entry entry, Throwable problem) {
    String reason = reason(problem);
    if (!closed && !reason.equals(entry.trouble)) {
      entry.trouble = reason;
      listener.kept(entry.location.name(), reason);
    }
  }

  private static String reason(Throwable problem) {
    return problem instanceof NoSuchFileException missing
        ? missing.getFile() + ": no such file"
        : Objects.requireNonNullElse(problem.getMessage(), problem.toString());
  }

  /** Stops looking, and closes all models, each when its last request has been answered. */
  @Override
  public void close() {
    closed = true; // first, since a load that is interrupted is nothing to be told
    @Nullable Thread watching = watcher;
    if (watching != null) {
      watching.interrupt();
    }
    synchronized (this) {
      for (Entry entry : models.values()) {
        SortedMap<Long, Version> versions = entry.versions;
        entry.versions = Collections.emptySortedMap();
        versions.values().forEach(version -> version.model.release());
      }
    }
  }
}
