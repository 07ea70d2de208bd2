package downhill.app;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * What was said of how to train: on the command line, and under that in a recipe. Every refusal
 * says where: the option, or file and line.
 */
final class Settings {
  private static final String HINT = "see downhill train --help for what each setting means";

  private final Map<String, String> given;
  private final RecipeFile recipe;

  /**
   * Makes settings.
   *
   * @param given values by key, from the command line; they come first
   * @param recipe what holds where nothing is given
   */
  Settings(Map<String, String> given, RecipeFile recipe) {
    this.given = new TreeMap<>(given);
    this.recipe = recipe;
  }

  /** Returns whether something was said of a setting. */
  boolean has(String key) {
    return given.containsKey(key) || recipe.lines().containsKey(key);
  }

  /** Returns the text of a setting. */
  String text(String key, String otherwise) {
    String option = given.get(key);
    if (option != null) {
      return option;
    }
    RecipeFile.Line line = recipe.lines().get(key);
    return line == null ? otherwise : line.value();
  }

  /** Returns one of some words. */
  String choice(String key, String otherwise, Collection<String> words) {
    String text = text(key, otherwise);
    if (!words.contains(text)) {
      throw unexpected(key, oneOf(words), text);
    }
    return text;
  }

  /** Returns a number. */
  double number(String key, double otherwise) {
    return has(key) ? parsedNumber(key, text(key, "")) : otherwise;
  }

  /** Returns what a part of a setting's text says, as a number. */
  double parsedNumber(String key, String text) {
    try {
      // Double.parseDouble alone would let 1f and 0x1p3 pass.
      if (text.matches("[+-]?[\\d.]+([eE][+-]?\\d+)?|[+-]?(NaN|Infinity)")) {
        return Double.parseDouble(text);
      }
    } catch (NumberFormatException e) {
      throw unexpected(key, "a number", text);
    }
    throw unexpected(key, "a number", text);
  }

  /** Returns a whole number. */
  long whole(String key, long otherwise) {
    return has(key) ? parsedWhole(key, Long.MAX_VALUE) : otherwise;
  }

  private long parsedWhole(String key, long most) {
    return parsedWhole(key, text(key, ""), most);
  }

  /** Returns what a part of a setting's text says, as a count. */
  int parsedCount(String key, String text) {
    return (int) parsedWhole(key, text, Integer.MAX_VALUE);
  }

  private long parsedWhole(String key, String text, long most) {
    try {
      long value = Long.parseLong(text);
      if (value <= most && value >= -most - 1) {
        return value;
      }
    } catch (NumberFormatException e) {
      if (!text.matches("[+-]?\\d+")) {
        throw unexpected(key, "a whole number", text);
      }
    }
    throw unexpected(key, "a whole number of at most " + most, text);
  }

  /** Returns whether a switch is on. */
  boolean isOn(String key) {
    return choice(key, "false", List.of("true", "false")).equals("true");
  }

  /** Returns a whole with a number put in, where one is given. */
  <T> T with(String key, T whole, BiFunction<T, Double, T> put) {
    return has(key) ? check(key, () -> put.apply(whole, number(key, 0))) : whole;
  }

  /** Returns a whole with a count put in, where one is given. */
  <T> T withCount(String key, T whole, BiFunction<T, Integer, T> put) {
    return has(key)
        ? check(key, () -> put.apply(whole, (int) parsedWhole(key, Integer.MAX_VALUE)))
        : whole;
  }

  /** Returns what a setting makes, or says where the one stands that the library refuses. */
  <T> T check(String key, Supplier<T> make) {
    try {
      return make.get();
    } catch (IllegalArgumentException e) {
      throw CommandException.refused(where(key) + Failure.describe(e), HINT);
    }
  }

  /**
   * Refuses settings that go with another choice than the one made.
   *
   * @param chooser the setting that chooses
   * @param chosen its value
   * @param takes by each choice the settings that go with it
   */
  void checkFit(String chooser, String chosen, Map<String, List<String>> takes) {
    List<String> fitting = takes.getOrDefault(chosen, List.of());
    for (String key : takes.values().stream().flatMap(List::stream).distinct().toList()) {
      if (has(key) && !fitting.contains(key)) {
        List<String> others =
            takes.keySet().stream()
                .filter(choice -> takes.getOrDefault(choice, List.of()).contains(key))
                .sorted()
                .toList();
        throw refused(
            key, "goes with %s %s, not with %s".formatted(chooser, oneOf(others), chosen));
      }
    }
  }

  /** Returns the refusal of a setting. */
  CommandException refused(String key, String why) {
    return CommandException.refused(where(key) + name(key) + ": " + why, HINT);
  }

  private CommandException unexpected(String key, String expected, String found) {
    return refused(key, "expected %s, found '%s'".formatted(expected, Text.clean(found)));
  }

  /** Returns the name of a setting as it was given. */
  String name(String key) {
    return given.containsKey(key) || !recipe.lines().containsKey(key) ? "--" + key : key;
  }

  /** Returns the file and line of a setting, to be put before a message; empty for an option. */
  String where(String key) {
    RecipeFile.Line line = recipe.lines().get(key);
    return given.containsKey(key) || line == null ? "" : recipe.at(line.number());
  }

  private static String oneOf(Collection<String> words) {
    List<String> list = List.copyOf(words);
    int last = list.size() - 1;
    return last == 0
        ? list.getFirst()
        : list.subList(0, last).stream().collect(Collectors.joining(", "))
            + " or "
            + list.get(last);
  }
}
