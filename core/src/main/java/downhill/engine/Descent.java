package downhill.engine;

import downhill.engine.ThreadTeam.Phase;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The second half of a step: gradients, and what an update makes of them, piece by piece. A plain
 * update is joined to the product, so its gradient is never stored. Others find the gradient of the
 * piece where it was just written; and where the update depends on the norm of the whole gradient,
 * all pieces of it are there before the first parameter moves.
 */
final class Descent {
  /**
   * A part of a layer's parameters: 64 inputs of one panel of units, and with the first of these
   * the biases.
   */
  private record Piece(int layer, int unit, int chunk) {}

  private final List<TrainedLayer> layers;
  private final Signals[][] views;
  private final Products[] products;
  private final ThreadTeam team;
  private final Update update;
  private final Phase descend = this::descend;
  private final Phase gradients = this::gradients;
  private final Phase move = this::move;

  private final List<Piece> pieces = new ArrayList<>();
  private final Pieces dealt;
  private final SquaredNorm squares;
  private int examples;
  private float rate;
  private long step;
  private float scale;
  private boolean moveAtOnce;

  /**
   * Makes the lists of pieces.
   *
   * @param views the levels as each member reads them
   * @param products one for each member
   */
  Descent(
      List<TrainedLayer> layers,
      Signals[][] views,
      Products[] products,
      ThreadTeam team,
      Update update) {
    this.layers = layers;
    this.views = views;
    this.products = products;
    this.team = team;
    this.update = update;
    this.squares = new SquaredNorm(layers);
    int[] first = new int[team.members()];
    for (int member = 0; member < team.members(); member++) {
      first[member] = pieces.size();
      deal(member);
    }
    this.dealt = new Pieces(first, pieces.size());
  }

  /** Gives a member the pieces that lie where its share of the forward pass does. */
  private void deal(int member) {
    for (int l = 0; l < layers.size(); l++) {
      if (layers.get(l).isFrozen()) {
        continue; // no pieces, so no gradient and no update
      }
      Layer layer = layers.get(l).parameters;
      int chunks = Math.ceilDiv(layer.in, Products.INPUTS);
      int count = Math.ceilDiv(layer.outP, Block.WIDTH) * chunks;
      int past = ThreadTeam.share(count, member + 1, team.members());
      for (int p = ThreadTeam.share(count, member, team.members()); p < past; p++) {
        pieces.add(new Piece(l, p / chunks * Block.WIDTH, p % chunks));
      }
    }
  }

  /**
   * Moves the parameters.
   *
   * @param count B
   * @param eta η
   * @param t the step, from 1
   * @param measure whether {@link #norm} is asked for afterwards, which takes time
   */
  void run(int count, float eta, long t, boolean measure) {
    examples = count;
    rate = eta;
    step = t;
    if (update.isPlain() && !measure) {
      pass(descend);
      return;
    }
    boolean clipped = update.clip() > 0;
    // 0 times a gradient that is not finite is NaN: who measures one without a step changes
    // nothing.
    moveAtOnce = !clipped && !(update.isPlain() && eta == 0);
    scale = 1;
    pass(gradients);
    if (clipped) {
      scale = update.scale(norm());
      pass(move);
    }
  }

  /**
   * Returns the norm of the last step's gradient, before it was clipped, if it was measured. Frozen
   * layers have no part in it.
   */
  double norm() {
    return Math.sqrt(squares.sum());
  }

  /** Returns the part of {@link #norm} that is layer {@code l}'s, from 0; 0 of a frozen one. */
  double norm(int l) {
    return Math.sqrt(squares.sum(l));
  }

  private void pass(Phase phase) {
    dealt.begin();
    team.run(phase);
  }

  private @Nullable Piece take(int member) {
    int piece = dealt.take(member);
    return piece < 0 ? null : pieces.get(piece);
  }

  private static boolean again(@Nullable Piece before, Piece piece) {
    return before != null && piece.layer == before.layer && piece.unit == before.unit;
  }

  private void descend(int member, int members) {
    Piece before = null;
    for (Piece piece = take(member); piece != null; piece = take(member)) {
      Signals[] view = views[member];
      int l = piece.layer;
      products[member].descend(
          layers.get(l).parameters,
          view[l],
          view[l + 1],
          piece.unit,
          piece.chunk,
          examples,
          rate,
          again(before, piece));
      before = piece;
    }
  }

  private void gradients(int member, int members) {
    Piece before = null;
    for (Piece piece = take(member); piece != null; piece = take(member)) {
      Signals[] view = views[member];
      int l = piece.layer;
      Layer gradient = layers.get(l).gradient;
      products[member].gradient(
          gradient, view[l], view[l + 1], piece.unit, piece.chunk, examples, again(before, piece));
      squares.note(l, gradient, piece.unit, piece.chunk);
      if (moveAtOnce) {
        move(piece);
      }
      before = piece;
    }
  }

  private void move(int member, int members) {
    for (Piece piece = take(member); piece != null; piece = take(member)) {
      move(piece);
    }
  }

  private void move(Piece piece) {
    TrainedLayer layer = layers.get(piece.layer);
    update.weights(layer, first(piece), past(piece), scale, rate, step);
    if (piece.chunk == 0) {
      int unit = piece.unit;
      update.biases(layer, unit, unit + layer.parameters.width(unit), scale, rate, step);
    }
  }

  /** Returns where a piece begins: its rows of one panel are one contiguous range. */
  private int first(Piece piece) {
    return layers.get(piece.layer).parameters.at(piece.chunk * Products.INPUTS, piece.unit);
  }

  private int past(Piece piece) {
    Layer layer = layers.get(piece.layer).parameters;
    int rows = Math.min(Products.INPUTS, layer.in - piece.chunk * Products.INPUTS);
    return first(piece) + rows * layer.width(piece.unit);
  }
}
