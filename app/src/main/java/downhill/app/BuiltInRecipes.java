package downhill.app;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The recipes that come with the program: the resources {@code recipes/NAME.recipe}. */
final class BuiltInRecipes {
  /** Their names; a test holds them to the folder. */
  static final List<String> NAMES = List.of("default", "paper", "record");

  private BuiltInRecipes() {}

  /** Returns the text of a recipe, comments and all. */
  static String text(String name) {
    if (!NAMES.contains(name)) {
      throw CommandException.refused(
          "recipe '%s': expected %s".formatted(name, String.join(", ", NAMES)),
          "downhill recipes lists them; --config takes a file of your own");
    }
    try (InputStream in = BuiltInRecipes.class.getResourceAsStream("recipes/" + name + ".recipe")) {
      if (in == null) {
        throw new IllegalStateException("no resource for the recipe " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads a recipe. */
  static RecipeFile read(String name) {
    return RecipeFile.parse(name + ".recipe", text(name));
  }
}
