package downhill.studio;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.commonmark.Extension;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.HtmlRenderer;
import org.jspecify.annotations.Nullable;

/**
 * The document {@code docs/derivation.md} as HTML, with the source of each method that it names.
 * Formulas stay as they are written, for the page to typeset.
 */
final class Derivation {
  private static final Pattern FORMULA =
      Pattern.compile("\\$\\$(.+?)\\$\\$|\\$([^$\\n]+?)\\$", Pattern.DOTALL);

  // Of Unicode's private use: no document has them, and Markdown leaves them alone.
  private static final char OPEN = '\uE000';
  private static final char CLOSE = '\uE001';
  private static final Pattern PLACE = Pattern.compile(OPEN + "(\\d+)" + CLOSE);

  private static final Pattern METHOD = Pattern.compile("\\[`(\\w+)\\.(\\w+)`]");

  private final byte[] page;

  Derivation() {
    String text = resource("derivation.md");
    Map<String, String> sources = sources(text);
    String html = html(text);
    page =
        Json.object(json -> {
          json.writeStringProperty("html", html);
          Json.object(json, "sources", o -> sources.forEach(o::writeStringProperty));
        });
  }

  /** Returns HTML and sources, as a JSON object. */
  byte[] page() {
    return page;
  }

  /** Renders Markdown; formulas become elements of the class {@code math}. */
  static String html(String markdown) {
    List<String> formulas = new ArrayList<>();
    Matcher formula = FORMULA.matcher(markdown);
    StringBuilder without = new StringBuilder();
    while (formula.find()) {
      @Nullable String display = formula.group(1);
      formulas.add(
          display != null
              ? "<span class=\"math display\">" + escaped(display.strip()) + "</span>"
              : "<span class=\"math\">" + escaped(formula.group(2)) + "</span>");
      formula.appendReplacement(without, OPEN + "" + (formulas.size() - 1) + CLOSE);
    }
    formula.appendTail(without);
    List<Extension> extensions = List.of(TablesExtension.create());
    String html =
        HtmlRenderer.builder()
            .extensions(extensions)
            .escapeHtml(true)
            .sanitizeUrls(true)
            .build()
            .render(Parser.builder().extensions(extensions).build().parse(without.toString()));
    return PLACE
        .matcher(html)
        .replaceAll(
            place -> Matcher.quoteReplacement(formulas.get(Integer.parseInt(place.group(1)))));
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  private static Map<String, String> sources(String markdown) {
    Map<String, String> sources = new LinkedHashMap<>();
    Matcher method = METHOD.matcher(markdown);
    while (method.find()) {
      String type = method.group(1);
      if (Derivation.class.getResource("source/" + type + ".java") != null) {
        String name = method.group(2);
        @Nullable String source = source(resource("source/" + type + ".java"), name);
        if (source != null) {
          sources.put(type + "." + name, source);
        }
      }
    }
    return sources;
  }

  /** Returns the methods of a name, with their comments; null where there is none. */
  static @Nullable String source(String file, String name) {
    Pattern head =
        Pattern.compile(
            "^(?:  /\\*\\*(?:(?!\\*/).)*\\*/\\n)?(?:  @[^\\n]*\\n)*  (?:public )?(?:static )?[\\w.\\[\\]<>]+ "
                + name
                + "\\((?:(?!\\n  }\\n).)*\\n  }\\n",
            Pattern.MULTILINE | Pattern.DOTALL);
    List<String> found = new ArrayList<>();
    Matcher matcher = head.matcher(file);
    while (matcher.find()) {
      found.add(matcher.group().replaceAll("(?m)^  ", ""));
    }
    return found.isEmpty() ? null : String.join("\n", found);
  }

  private static String resource(String name) {
    try (InputStream in = Derivation.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(name + " is missing from this build");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
