package downhill.app;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Lists the built-in recipes, or shows one. */
@Command(
    name = "recipes",
    description = {
      "Lists the built-in recipes, or prints one, as a beginning for your own.",
      "A recipe is a text file: a line 'key = value' for each setting, and comments from '#' on. "
          + "The keys are those options of downhill train, without '--', that say how to train; "
          + "not those about data, files, the model to begin with or the machine. What it doesn't "
          + "mention stays at its default."
    },
    descriptionHeading = "%n",
    parameterListHeading = "%nParameters:%n",
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  downhill recipes",
      "  downhill recipes paper > my.recipe",
      "  downhill train --config my.recipe --epochs 30"
    })
final class RecipesCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Parameters(index = "0", arity = "0..1", paramLabel = "NAME", description = "The one to print.")
  private @Nullable String name;

  RecipesCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    if (name != null) {
      BuiltInRecipes.text(name).lines().forEach(terminal::line);
      return ExitStatus.OK;
    }
    int indent = 2 + BuiltInRecipes.NAMES.stream().mapToInt(String::length).max().orElse(0);
    for (String each : BuiltInRecipes.NAMES) {
      String title = RecipeFile.title(BuiltInRecipes.text(each));
      String start = each;
      for (String line : Text.wrap(title, Math.max(20, terminal.columns() - 1 - indent))) {
        terminal.line(Text.left(start, indent) + line);
        start = "";
      }
    }
    return ExitStatus.OK;
  }
}
