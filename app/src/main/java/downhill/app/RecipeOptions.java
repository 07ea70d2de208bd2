package downhill.app;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that name a recipe to begin from. */
final class RecipeOptions {
  @Option(
      names = "--recipe",
      paramLabel = "NAME",
      description = {
        "A recipe that comes with the program (downhill recipes lists them). Options given "
            + "beside it come first."
      })
  private @Nullable String recipe;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "A recipe of your own: lines of 'key = value' (see downhill recipes --help).")
  private @Nullable Path config;

  /** Returns what they name; {@link RecipeFile#NONE} where neither is given. */
  RecipeFile file() {
    if (recipe != null && config != null) {
      throw CommandException.refused(
          "--recipe %s and --config %s: expected one of them".formatted(recipe, config),
          "copy the recipe into a file (downhill recipes NAME), and change it there");
    }
    if (recipe != null) {
      return BuiltInRecipes.read(recipe);
    }
    return config != null ? RecipeFile.read(config) : RecipeFile.NONE;
  }
}
