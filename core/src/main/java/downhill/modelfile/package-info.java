/**
 * Model files: a network, its class names and what it was trained from, in one safetensors file.
 *
 * <p>{@link downhill.modelfile.ModelFile} saves and loads; the format is described in {@code
 * docs/model-file.md}. Depends on {@code downhill.network}, {@code downhill.training}, {@code
 * downhill.data} and a JSON parser. Files are read as if a stranger had made them: everything is
 * checked before memory is spent on it. All methods may be called from any thread.
 */
@NullMarked
package downhill.modelfile;

import org.jspecify.annotations.NullMarked;
