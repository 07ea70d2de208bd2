package downhill.benchmarks.djl;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import downhill.benchmarks.harness.Contestant;
import downhill.benchmarks.harness.Pixels;
import downhill.benchmarks.harness.Task;
import downhill.benchmarks.harness.Worker;
import downhill.data.Dataset;
import downhill.data.Datasets;
import downhill.fashionmnist.FashionMnist;

/**
 * PyTorch with its own kernels: contiguous slices of one array instead of a data loader, and one
 * scope of memory a step. Initial weights are DJL's default, Xavier's.
 */
final class DjlContestant implements Contestant {
  private final int batch;
  private final int examples;
  private final Model model;
  private final Trainer trainer;
  private final NDArray x;
  private final NDArray labels;
  private final NDArray testX;
  private final NDArray testLabels;

  private DjlContestant(Task task) {
    Datasets data = FashionMnist.load();
    batch = task.batch();
    examples = data.train().size();
    Engine.getInstance().setRandomSeed((int) task.seed());
    SequentialBlock block = new SequentialBlock();
    for (int l = 1; l < task.widths().size(); l++) {
      block.add(Linear.builder().setUnits(task.widths().get(l)).build());
      if (l < task.widths().size() - 1) {
        block.add(Activation::relu);
      }
    }
    model = Model.newInstance("network", Device.cpu());
    model.setBlock(block);
    trainer =
        model.newTrainer(
            new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
                .optDevices(new Device[] {Device.cpu()})
                .optOptimizer(
                    Optimizer.sgd().setLearningRateTracker(rate(task, examples)).build()));
    trainer.initialize(new Shape(batch, task.widths().getFirst()));
    x = images(data.train());
    labels = labels(data.train());
    testX = images(data.test());
    testLabels = labels(data.test());
  }

  /** Returns the rate by the number of the step; in an epoch it is the same. */
  private static Tracker rate(Task task, int examples) {
    int steps = Math.ceilDiv(examples, task.batch());
    return step -> {
      int epochs = step / steps;
      return (float) (task.rate() * Math.pow(task.decay(), epochs));
    };
  }

  private NDArray images(Dataset data) {
    return trainer
        .getManager()
        .create(Pixels.scaled(data), new Shape(data.size(), data.features()));
  }

  private NDArray labels(Dataset data) {
    return trainer.getManager().create(Pixels.labels(data));
  }

  @Override
  public String version() {
    return "PyTorch " + Engine.getInstance().getVersion() + " (DJL " + Engine.getDjlVersion() + ")";
  }

  @Override
  public void epoch() {
    for (int from = 0; from < examples; from += batch) {
      String slice = from + ":" + Math.min(from + batch, examples);
      try (NDManager step = trainer.getManager().newSubManager()) {
        NDArray input = x.get(slice);
        input.attach(step);
        NDArray expected = labels.get(slice);
        expected.attach(step);
        try (GradientCollector collector = trainer.newGradientCollector()) {
          NDList output = trainer.forward(new NDList(input));
          collector.backward(trainer.getLoss().evaluate(new NDList(expected), output));
        }
        trainer.step();
      }
    }
  }

  @Override
  public double accuracy() {
    try (NDManager scope = trainer.getManager().newSubManager()) {
      NDArray input = testX.get(":");
      input.attach(scope);
      NDArray found = trainer.evaluate(new NDList(input)).singletonOrThrow().argMax(1);
      long right = found.eq(testLabels.toType(found.getDataType(), true)).countNonzero().getLong();
      return (double) right / testLabels.size();
    }
  }

  @Override
  public void close() {
    trainer.close();
    model.close();
  }

  public static void main(String[] arguments) {
    Worker.serve(arguments, DjlContestant::new);
  }
}
