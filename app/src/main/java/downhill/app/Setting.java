package downhill.app;

import java.util.List;
import picocli.CommandLine.Model.OptionSpec;

/**
 * One setting of a training: an option of {@code train}, and a key of recipes.
 *
 * @param key its name in a recipe; the option's has two hyphens in front
 * @param label what stands for its value in the help; empty for a switch
 * @param description the help, line by line
 */
record Setting(String key, String label, List<String> description) {
  Setting {
    description = List.copyOf(description);
  }

  /** Returns a setting that takes a value. */
  static Setting of(String key, String label, String... description) {
    return new Setting(key, label, List.of(description));
  }

  /** Returns a setting that is on or off. */
  static Setting ofSwitch(String key, String... description) {
    return new Setting(key, "", List.of(description));
  }

  /** Returns the name of the option. */
  String option() {
    return "--" + key;
  }

  /** Returns the option. Its value stays text, so that one place reads options and recipes. */
  OptionSpec optionSpec() {
    OptionSpec.Builder option =
        OptionSpec.builder(option()).description(description.toArray(String[]::new));
    return label.isEmpty()
        ? option.type(boolean.class).build()
        : option.type(String.class).paramLabel(label).build();
  }
}
