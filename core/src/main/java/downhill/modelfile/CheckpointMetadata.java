package downhill.modelfile;

import static downhill.modelfile.ModelFileException.quoted;

import downhill.network.Architecture;
import downhill.network.Network;
import downhill.training.Standing;
import downhill.training.TrainingState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Training states as the metadata and the names of tensors. */
final class CheckpointMetadata {
  private static final String PREFIX = "downhill.";
  private static final String VERSION = PREFIX + "checkpoint";
  private static final String ARCHITECTURE = PREFIX + "architecture";
  private static final String MOMENTS = PREFIX + "moments";
  private static final String NETWORKS = PREFIX + "networks";
  private static final String STATE = PREFIX + "state.";
  private static final String SETTING = PREFIX + "setting.";
  private static final String AVERAGE = "average.";
  private static final String BEST = "best.";
  private static final String FORMAT = "1";

  private CheckpointMetadata() {}

  /** Returns all networks of a state by what stands before the names of their tensors. */
  static Map<String, Network> networks(TrainingState state) {
    Map<String, Network> networks = new LinkedHashMap<>();
    networks.put("", state.network());
    for (int m = 0; m < state.moments().size(); m++) {
      networks.put(moment(m), state.moments().get(m));
    }
    if (state.average() != null) {
      networks.put(AVERAGE, state.average());
    }
    if (state.best() != null) {
      networks.put(BEST, state.best());
    }
    return networks;
  }

  private static String moment(int m) {
    return "moment" + (m + 1) + ".";
  }

  /** Returns the metadata of a checkpoint, without its checksum. */
  static SortedMap<String, String> write(Checkpoint checkpoint) {
    TrainingState state = checkpoint.state();
    Standing standing = state.standing();
    SortedMap<String, String> metadata = new TreeMap<>();
    checkpoint.settings().forEach((key, value) -> metadata.put(SETTING + key, value));
    metadata.put(VERSION, FORMAT);
    metadata.put(ARCHITECTURE, state.network().architecture().toString());
    metadata.put(MOMENTS, Integer.toString(state.moments().size()));
    metadata.put(NETWORKS, String.join(" ", networks(state).keySet()).strip());
    metadata.put(STATE + "epoch", Integer.toString(state.epoch()));
    metadata.put(STATE + "step", Long.toString(state.step()));
    metadata.put(STATE + "examples_done", Integer.toString(state.examplesDone()));
    // Double.toString gives back the same bits when it is parsed.
    metadata.put(STATE + "weight_done", Double.toString(state.weightDone()));
    metadata.put(STATE + "loss_done", Double.toString(state.lossDone()));
    metadata.put(STATE + "right_done", Integer.toString(state.rightDone()));
    metadata.put(STATE + "rate_factor", Double.toString(state.rateFactor()));
    metadata.put(STATE + "retries", Integer.toString(state.retries()));
    metadata.put(STATE + "best_epoch", Integer.toString(standing.bestEpoch()));
    metadata.put(STATE + "best", Double.toString(standing.best()));
    metadata.put(STATE + "waited", Integer.toString(standing.waited()));
    metadata.put(STATE + "plateau_best", Double.toString(standing.plateauBest()));
    metadata.put(STATE + "plateau_waited", Integer.toString(standing.plateauWaited()));
    metadata.put(STATE + "plateaus", Integer.toString(standing.plateaus()));
    return metadata;
  }

  /**
   * Reads a checkpoint whose checksum is right.
   *
   * @throws ModelFileException if it is of a later version, or something is missing
   */
  static Checkpoint read(Safetensors file) throws IOException {
    Map<String, String> metadata = file.metadata();
    String version = text(file, VERSION);
    if (!version.equals(FORMAT)) {
      throw new ModelFileException(
          file.file(),
          "a checkpoint of version %s, and this Downhill reads version %s; use the Downhill that"
                  .formatted(quoted(version), FORMAT)
              + " wrote it");
    }
    Architecture architecture = parse(file, ARCHITECTURE, Architecture::parse);
    Network network = SequentialLayers.read(file, architecture, "");
    List<Network> moments = new ArrayList<>();
    int count = parse(file, MOMENTS, Integer::valueOf);
    for (int m = 0; m < count; m++) {
      moments.add(SequentialLayers.read(file, architecture, moment(m)));
    }
    List<String> networks = List.of(text(file, NETWORKS).split(" "));
    SortedMap<String, String> settings = new TreeMap<>();
    metadata.forEach((key, value) -> {
      if (key.startsWith(SETTING)) {
        settings.put(key.substring(SETTING.length()), value);
      }
    });
    try {
      return new Checkpoint(state(file, architecture, network, moments, networks), settings);
    } catch (IllegalArgumentException impossible) {
      throw new ModelFileException(
          file.file(), String.valueOf(impossible.getMessage()), impossible);
    }
  }

  private static TrainingState state(
      Safetensors file,
      Architecture architecture,
      Network network,
      List<Network> moments,
      List<String> networks)
      throws IOException {
    return new TrainingState(
        integer(file, "epoch"),
        parse(file, STATE + "step", Long::valueOf),
        integer(file, "examples_done"),
        number(file, "weight_done"),
        number(file, "loss_done"),
        integer(file, "right_done"),
        number(file, "rate_factor"),
        integer(file, "retries"),
        standing(file),
        network,
        moments,
        optional(file, architecture, networks, AVERAGE),
        optional(file, architecture, networks, BEST));
  }

  private static Standing standing(Safetensors file) throws ModelFileException {
    return new Standing(
        integer(file, "best_epoch"),
        number(file, "best"),
        integer(file, "waited"),
        number(file, "plateau_best"),
        integer(file, "plateau_waited"),
        integer(file, "plateaus"));
  }

  private static @Nullable Network optional(
      Safetensors file, Architecture architecture, List<String> networks, String prefix)
      throws IOException {
    return networks.contains(prefix) ? SequentialLayers.read(file, architecture, prefix) : null;
  }

  private static int integer(Safetensors file, String name) throws ModelFileException {
    return parse(file, STATE + name, Integer::valueOf);
  }

  private static double number(Safetensors file, String name) throws ModelFileException {
    return parse(file, STATE + name, Double::valueOf);
  }

  private static <T> T parse(Safetensors file, String key, Function<String, T> parser)
      throws ModelFileException {
    String value = text(file, key);
    try {
      return parser.apply(value);
    } catch (IllegalArgumentException malformed) {
      throw new ModelFileException(
          file.file(), "metadata key '%s': found %s".formatted(key, quoted(value)), malformed);
    }
  }

  private static String text(Safetensors file, String key) throws ModelFileException {
    String value = file.metadata().get(key);
    if (value == null) {
      throw new ModelFileException(
          file.file(), "metadata key '" + key + "' is missing; this is no checkpoint");
    }
    return value;
  }
}
