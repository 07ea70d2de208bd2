package downhill.engine;

import java.util.List;

/**
 * One step of mini-batch gradient descent, fused: forward, softmax and loss, backward, and the
 * update at the moment a piece of the gradient is there. Nothing is allocated in a step. A step is
 * a sequence of phases; in each the team divides independent outputs, so it does not matter to any
 * bit how many members there are. Not safe to share between threads.
 */
public final class TrainingStep {
  /**
   * What a training adds to plain descent, as far as a step knows it.
   *
   * @param update what becomes of a gradient
   * @param seed the seed of the dropout
   * @param dropout the part of hidden units that an example loses
   * @param inputDropout the part of inputs that it loses
   * @param smoothing ε of label smoothing
   * @param mixed whether examples are mixed
   */
  public record Settings(
      Update update,
      long seed,
      double dropout,
      double inputDropout,
      double smoothing,
      boolean mixed) {
    /** Plain descent. */
    public static final Settings PLAIN = new Settings(Update.PLAIN, 0, 0, 0, 0, false);
  }

  /** Where examples of bytes come from. */
  @FunctionalInterface
  public interface Source {
    /**
     * Writes the batch's examples from {@code first} to before {@code past}; there may be none.
     *
     * @param member who asks; two members may ask at the same time
     * @param batch [B, n_0], row-major, whose rows {@code first} to {@code past} are written
     */
    void copy(int member, int first, int past, byte[] batch);
  }

  /** Where examples of floats come from. */
  @FunctionalInterface
  public interface FloatSource {
    /**
     * Writes the batch's examples from {@code first} to before {@code past}, as the first layer
     * takes them; there may be none.
     *
     * @param member who asks; two members may ask at the same time
     * @param batch [B, n_0], row-major, whose rows {@code first} to {@code past} are written
     */
    void copy(int member, int first, int past, float[] batch);
  }

  private final Batch batch;
  private final Targets targets;
  private final Propagation propagation;
  private final Descent descent;
  private final ActiveUnits active;

  /**
   * Makes the buffers.
   *
   * @param layers the layers, of which a step changes those that are not frozen: at least one
   * @param batchSize the most examples of a batch
   */
  public TrainingStep(
      List<TrainedLayer> layers,
      int batchSize,
      Kernels kernels,
      ThreadTeam team,
      Settings settings) {
    List<TrainedLayer> own = List.copyOf(layers);
    this.batch = new Batch(own.getFirst().parameters.in, batchSize, team);
    this.targets = new Targets(batchSize, settings.smoothing, settings.mixed);
    this.propagation = new Propagation(own, batchSize, kernels, team, settings, targets, batch);
    this.descent = new Descent(own, propagation.views, propagation.products, team, settings.update);
    this.active = new ActiveUnits(propagation.levels);
  }

  /** Returns where to put the labels of the coming step's batch, and what goes with them. */
  public Targets targets() {
    return targets;
  }

  /**
   * Fetches the coming step's batch: [B, n_0] bytes, 0..255.
   *
   * @param count B
   * @param shared whether members divide the work however small the batch, which is worth it where
   *     an example is more than a copy
   */
  public void fetch(int count, Source source, boolean shared) {
    batch.fetch(count, source, shared);
  }

  /**
   * Fetches the coming step's batch: [B, n_0] floats, which nothing scales; otherwise like {@link
   * #fetch}.
   */
  public void fetchFloats(int count, FloatSource source, boolean shared) {
    batch.fetchFloats(count, source, shared);
  }

  /**
   * Names the batch after the coming step's: [B, n_0] bytes, 0..255. The next {@link #run} copies
   * it in passing, and then it is the one that was fetched. Until then, fetching another forgets
   * it; and if that run fails, it stays named, and the next one copies all of it anew.
   *
   * @param count its B, at most the batch size; the run after the next must be given the same
   * @param source called within the next {@link #run}, for some examples at a time; it must leave
   *     {@link #targets} alone, which are those of the step that runs
   * @param shared as for {@link #fetch}
   */
  public void fetchNext(int count, Source source, boolean shared) {
    batch.fetchNext(count, source, shared);
  }

  /**
   * Names the batch after the coming step's: [B, n_0] floats, which nothing scales; otherwise like
   * {@link #fetchNext}.
   */
  public void fetchNextFloats(int count, FloatSource source, boolean shared) {
    batch.fetchNextFloats(count, source, shared);
  }

  /**
   * Trains on the batch that was fetched, and goes on to the one that follows, if it was named.
   *
   * @param count B
   * @param rate η
   * @param step the number of the step, from 1
   * @param measure whether {@link #gradientNorm} is asked for afterwards, which takes time
   * @return the sum of their losses before the update, each times its weight, in nats; not finite
   *     where training diverged
   */
  public double run(int count, float rate, long step, boolean measure) {
    propagation.run(count, step);
    batch.advance();
    descent.run(count, rate, step, measure);
    active.note(count);
    return propagation.loss();
  }

  /** Returns the norm of the whole gradient of the last step, if it was measured. */
  public double gradientNorm() {
    return descent.norm();
  }

  /** Returns the norm of layer {@code l}'s part of it, from 1; 0 of a frozen layer. */
  public double gradientNorm(int l) {
    return descent.norm(l - 1);
  }

  /** Returns how many examples of the last batch were classified right, before the update. */
  public int right() {
    return propagation.right();
  }

  /** Forgets which units have been active. */
  public void forget() {
    active.forget();
  }

  /**
   * Returns the share of units of hidden level {@code l} that have not been active since {@link
   * #forget}, 0..1.
   */
  public double idle(int l) {
    return active.idle(l);
  }
}
