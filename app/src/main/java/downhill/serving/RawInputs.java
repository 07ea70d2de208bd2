package downhill.serving;

import downhill.data.RowEncoder;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * The one place where raw values, as clients have them, become what a network takes: a closed
 * choice, since a model takes either pixels or the rows of a table. Immutable; safe to share.
 */
sealed interface RawInputs permits PixelInputs, TableInputs {
  /** Returns how a model's inputs come in. */
  static RawInputs of(ModelLoader.Loaded model) {
    @Nullable RowEncoder rows = model.rows();
    return rows == null
        ? new PixelInputs(model.inputs(), model.preparation())
        : new TableInputs(rows);
  }

  /** Writes what the metadata says of each input tensor. */
  void describe(JsonGenerator json);

  /** Returns the most tensors that a request may have. */
  int mostTensors();

  /**
   * Returns room for the data of a tensor in JSON.
   *
   * @param mostExamples how many examples a request may have
   * @param claim where its memory comes from
   */
  TensorData data(int mostExamples, MemoryBudget.Claim claim);

  /**
   * What a network takes.
   *
   * @param x [count, n_0]
   */
  record Inputs(float[] x, int count) {}

  /**
   * Turns tensors into inputs.
   *
   * @param tensors as they were sent
   * @param binary the bytes behind the JSON
   * @param mostExamples how many examples a request may have
   * @param claim where the memory comes from
   * @throws RefusedException if one is not as it should be
   */
  Inputs read(
      List<SentTensor> tensors, ByteBuffer binary, int mostExamples, MemoryBudget.Claim claim)
      throws RefusedException;
}
