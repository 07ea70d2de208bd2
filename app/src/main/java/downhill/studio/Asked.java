package downhill.studio;

import java.util.LinkedHashMap;

/**
 * The networks that were asked last, so that a page can ask the very same one again while training
 * goes on. Safe to share.
 */
final class Asked {
  /** The most networks that are kept. */
  static final int MOST = 8;

  /** The most parameters that they may have together; the last one asked is kept in any case. */
  static final long MOST_PARAMETERS = 20_000_000;

  /** By key, the one asked last at the end. */
  private final LinkedHashMap<String, Models.Loaded> kept = new LinkedHashMap<>();

  private long parameters;

  /** Keeps a network, in place of those that were not asked for longest. */
  synchronized void keep(Models.Loaded loaded) {
    if (kept.remove(loaded.key()) == null) {
      parameters += loaded.parameters();
    }
    while (!kept.isEmpty() && (kept.size() >= MOST || parameters > MOST_PARAMETERS)) {
      parameters -= kept.pollFirstEntry().getValue().parameters();
    }
    kept.put(loaded.key(), loaded);
  }

  /** Returns a network by its key; refuses where it is not kept any more. */
  synchronized Models.Loaded get(String key) {
    Models.Loaded loaded = kept.remove(key);
    if (loaded == null) {
      throw new RefusedException(
          410, "network: the one that was asked is not kept any more", "ask again");
    }
    kept.put(key, loaded);
    return loaded;
  }

  synchronized void clear() {
    kept.clear();
    parameters = 0;
  }
}
