package downhill.app;

import downhill.data.Dataset;
import downhill.network.Architecture;

/** How networks are named on the command line. */
final class NetworkName {
  /** The network of the derivation's Figure 1, which is trained where no other is asked for. */
  static final String DEFAULT = "784-512-128-64-10";

  /** The hidden units where nothing is said of the network for a table. */
  private static final int HIDDEN = 64;

  private NetworkName() {}

  /** Returns the network that is trained on some data where no other is asked for. */
  static Architecture defaultFor(Dataset train) {
    return train.hasBytes()
        ? parse(DEFAULT)
        : Architecture.of(train.features(), HIDDEN, train.classes());
  }

  /** Returns the widths that {@code --network} names. */
  static Architecture parse(String text) {
    try {
      return Architecture.parse(text);
    } catch (IllegalArgumentException e) {
      throw CommandException.refused(
          e, "--network takes the widths from inputs to classes, as in " + DEFAULT);
    }
  }
}
