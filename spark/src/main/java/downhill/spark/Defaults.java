package downhill.spark;

/** What parameters are where nothing is set: the single machine's default recipe. */
final class Defaults {
  private Defaults() {}

  static void set(DownhillParams to) {
    to.setDefault(to.hiddenLayers(), new int[] {512, 128, 64});
    to.setDefault(to.epochs(), 20);
    to.setDefault(to.batchSize(), 64);
    to.setDefault(to.learningRate(), 0.001);
    to.setDefault(to.optimizer(), "adamw");
    to.setDefault(to.momentum(), 0.9);
    to.setDefault(to.schedule(), "cosine");
    to.setDefault(to.weightDecay(), 0.1);
    to.setDefault(to.l1(), 0.0);
    to.setDefault(to.l2(), 0.0);
    to.setDefault(to.dropout(), 0.0);
    to.setDefault(to.inputDropout(), 0.0);
    to.setDefault(to.labelSmoothing(), 0.0);
    to.setDefault(to.clipNorm(), 0.0);
    to.setDefault(to.averaging(), 0.0);
    to.setDefault(to.mixup(), 0.0);
    to.setDefault(to.seed(), 1L);
    to.setDefault(to.scaling(), "standard");
    to.setDefault(to.descent(), "local");
    to.setDefault(to.shards(), 2);
    to.setDefault(to.roundsPerEpoch(), 1);
    to.setDefault(to.outerMomentum(), 0.7);
    to.setDefault(to.patience(), 0);
    to.setDefault(to.threads(), 0);
    to.setDefault(to.weightCol(), "");
    to.setDefault(to.validationIndicatorCol(), "");
    to.setDefault(to.checkpointDir(), "");
    to.setDefault(to.checkpointInterval(), 1);
  }
}
