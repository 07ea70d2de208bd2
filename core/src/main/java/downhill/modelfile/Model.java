package downhill.modelfile;

import downhill.network.Network;
import java.util.List;
import java.util.SortedMap;

/**
 * What a model file holds.
 *
 * @param network the weights
 * @param classNames a name for each class; "0", "1", … where the file has none
 * @param provenance what the weights are a function of, by name (seed, batch_size, data_sha256, …);
 *     empty for a file made elsewhere
 */
public record Model(
    Network network, List<String> classNames, SortedMap<String, String> provenance) {}
