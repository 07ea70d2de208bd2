/** Linear–ReLU–Softmax classifiers, trained from the equations, with the same bits everywhere. */
module downhill.core {
  requires java.desktop;
  requires static jdk.incubator.vector;
  requires static org.jspecify;
  requires tools.jackson.core;

  exports downhill.data;
  exports downhill.equations;
  exports downhill.evaluation;
  exports downhill.modelfile;
  exports downhill.network;
  exports downhill.training;
}
