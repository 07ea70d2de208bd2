package downhill.serving;

import tools.jackson.core.JsonParser;

/** The data of a tensor in JSON, read before it is known what shape and type it should have. */
interface TensorData {
  /** Reads an array, whose first token is the current one. */
  void read(JsonParser json) throws RefusedException;
}
