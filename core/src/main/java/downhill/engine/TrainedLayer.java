package downhill.engine;

/**
 * A layer in training: its parameters, and what an update keeps beside each of them, in the same
 * layout. What an update does not need is empty; beside a frozen layer all of it is. Mutable;
 * whoever owns it decides who may change it.
 */
public final class TrainedLayer {
  private static final Layer NONE = Layer.of(0, 0, new float[0], new float[0]);

  final Layer parameters;
  final Layer gradient;
  final Layer first;
  final Layer second;
  final Layer average;
  private final boolean frozen;

  private TrainedLayer(
      Layer parameters, Layer gradient, Layer first, Layer second, Layer average, boolean frozen) {
    this.parameters = parameters;
    this.gradient = gradient;
    this.first = first;
    this.second = second;
    this.average = average;
    this.frozen = frozen;
  }

  /** Returns a layer at the start of a training: moments of 0, and an average of nothing else. */
  public static TrainedLayer of(Layer parameters, Update update) {
    return new TrainedLayer(
        parameters,
        zeros(parameters),
        update.rule().moments > 0 ? zeros(parameters) : NONE,
        update.rule().moments > 1 ? zeros(parameters) : NONE,
        update.averaging() > 0 ? parameters.copy() : NONE,
        false);
  }

  /** Returns a layer that no step changes. Its moving average is what it is. */
  public static TrainedLayer frozen(Layer parameters, Update update) {
    return new TrainedLayer(
        parameters, NONE, NONE, NONE, update.averaging() > 0 ? parameters : NONE, true);
  }

  private static Layer zeros(Layer like) {
    return Layer.of(like.in, like.out, new float[like.in * like.out], new float[like.out]);
  }

  /** Returns the parameters W and b, which the training changes unless they are frozen. */
  public Layer parameters() {
    return parameters;
  }

  /**
   * Returns the gradient of the last step, where one was stored, as the update left it: clipped,
   * and with what L1 and L2 add; empty for a frozen layer.
   */
  public Layer gradient() {
    return gradient;
  }

  /** Returns whether no step changes this layer. */
  public boolean isFrozen() {
    return frozen;
  }

  /** Returns the first or the second of the numbers that the update keeps; empty without it. */
  public Layer moment(int which) {
    return which == 0 ? first : second;
  }

  /** Returns the moving average of the parameters; empty without it. */
  public Layer average() {
    return average;
  }
}
