package downhill.report;

import downhill.data.Datasets;
import downhill.modelfile.Model;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a report is about.
 *
 * @param model the model
 * @param modelFile the file that it lies in
 * @param modelBytes what it was read from, or written as
 * @param dataName what to call the data
 * @param dataOption the {@code --data} option that names the data again, with a space before it;
 *     empty where the default will do
 * @param datasets what it was trained on, and what it is judged by; the test examples must fit it
 * @param history the run's {@code history.jsonl}, which need not be there; null for a model alone
 */
public record Subject(
    Model model,
    Path modelFile,
    ModelBytes modelBytes,
    String dataName,
    String dataOption,
    Datasets datasets,
    @Nullable Path history) {}
