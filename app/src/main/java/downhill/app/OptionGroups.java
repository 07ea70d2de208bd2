package downhill.app;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/**
 * Headings within the list of options of a command's help. They are for the eye alone; picocli's
 * own groups also change how options are read, and let one be given twice.
 */
final class OptionGroups {
  private final Map<String, List<String>> groups = new LinkedHashMap<>();

  /** Adds a group after those that are there. */
  OptionGroups with(String heading, String... options) {
    groups.put(heading, List.of(options));
    return this;
  }

  /** Shows a command's options in these groups, and those in none of them at the end. */
  CommandLine applyTo(CommandLine command) {
    command.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_OPTION_LIST_HEADING, help -> "");
    command.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_OPTION_LIST, this::render);
    return command;
  }

  private String render(Help help) {
    List<OptionSpec> others = new ArrayList<>(help.commandSpec().options());
    StringBuilder text = new StringBuilder();
    groups.forEach((heading, names) -> {
      List<OptionSpec> options =
          names.stream().map(name -> help.commandSpec().findOption(name)).toList();
      others.removeAll(options);
      text.append(section(help, heading, options));
    });
    return text.append(section(help, "Other", others)).toString();
  }

  private static String section(Help help, String heading, List<OptionSpec> options) {
    // Made for all options, so that the columns of all groups are in line.
    Help.Layout layout =
        help.createDefaultLayout(help.commandSpec().options(), List.of(), help.colorScheme());
    layout.addOptions(options, help.createDefaultParamLabelRenderer());
    return "%n%s:%n%s".formatted(heading, layout);
  }
}
