package downhill.data;

/** Is told how far the reading of many pictures has come, a few times a second. */
@FunctionalInterface
public interface ReadingListener {
  /** Is told nothing. */
  ReadingListener NONE = (done, total) -> {};

  /**
   * Some pictures were read. Called on the thread that asked for them.
   *
   * @param done how many
   * @param total of how many
   */
  void read(int done, int total);
}
