package downhill.app;

import downhill.data.Dataset;
import downhill.network.Architecture;
import downhill.training.Stopping;
import downhill.tuning.Candidate;
import downhill.tuning.Meaning;
import java.util.Map;
import java.util.Objects;

/**
 * What the settings of a trial mean: what train makes of them, but for when it stops, which halving
 * decides.
 *
 * @param train what the trials learn from, to balance its classes where that is asked for
 */
record TrialSettings(Dataset train) implements Meaning {
  @Override
  public Candidate of(Map<String, String> settings) {
    Recipe recipe = Recipe.read(new Settings(settings, RecipeFile.NONE), false);
    Architecture network =
        Objects.requireNonNullElseGet(
            recipe.network(), () -> NetworkName.parse(NetworkName.DEFAULT));
    return new Candidate(network, recipe.configurationFor(train).withStopping(Stopping.NEVER));
  }
}
