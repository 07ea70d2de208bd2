package downhill.report;

import downhill.evaluation.Answer;
import java.util.List;

/** Some test examples and what the network says of them: as pictures, or in a table. */
record Gallery(Findings findings) {
  private static final int LONGEST_SIDE = 112; // of a picture as it is stored here

  void write(Markup out, List<Answer> answers, String label) {
    if (findings.pictures()) {
      out.open("div", "class", "gallery");
      answers.forEach(answer -> picture(out, answer));
      out.close();
    } else {
      table(out, answers, label);
    }
  }

  private void picture(Markup out, Answer answer) {
    Thumbnail small = Thumbnail.of(findings.test(), answer.example(), LONGEST_SIDE);
    out.open("figure");
    out.empty(
        "img",
        "class",
        "pixels",
        "width",
        Integer.toString(small.width()),
        "height",
        Integer.toString(small.height()),
        "src",
        small.uri(),
        "alt",
        "Test image " + answer.example() + ", " + findings.name(answer.label()));
    out.open("figcaption");
    out.leaf("b", findings.name(answer.label()) + " " + percent(answer.labelProbability()));
    if (answer.right()) {
      out.leaf("span", "recognised", "class", "good");
    } else {
      String taken = findings.name(answer.predicted());
      out.leaf("span", "taken for " + taken + " " + percent(answer.probability()), "class", "bad");
    }
    out.leaf("span", "no. " + answer.example(), "class", "quiet");
    out.close().close();
  }

  // The worst mistakes are those that hardly gave the right class a chance.
  private static String percent(double p) {
    return p > 0 && p < 0.0005 ? "<" + Numbers.percent(0.001, 1) : Numbers.percent(p, 1);
  }

  private void table(Markup out, List<Answer> answers, String label) {
    ReportPage.openScroll(out, label);
    out.open("table").open("thead").open("tr");
    for (String title :
        List.of("Example", "Class", "Taken for", "Confidence", "Right class", "Loss")) {
      out.leaf("th", title, "scope", "col");
    }
    out.close().close().open("tbody");
    for (Answer answer : answers) {
      out.open("tr").leaf("th", Integer.toString(answer.example()), "scope", "row");
      out.leaf("td", findings.name(answer.label()), "class", "words");
      out.leaf("td", findings.name(answer.predicted()), "class", "words");
      out.leaf("td", Numbers.percent(answer.probability(), 1));
      out.leaf("td", percent(answer.labelProbability()));
      out.leaf("td", Numbers.fixed(answer.loss(), 3)).close();
    }
    out.close().close().close();
  }
}
