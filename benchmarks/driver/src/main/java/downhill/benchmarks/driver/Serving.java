package downhill.benchmarks.driver;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The inference server under load on the loopback address: the same server, the same weights, with
 * our engine behind it and with ONNX Runtime. Server and clients share the machine.
 */
final class Serving {
  private static final int TIMEOUT = 120;
  private static final List<Integer> CONNECTIONS = List.of(1, 8, 64);
  private static final List<String> FORMS = List.of("binary", "json");
  private static final double WARM_UP_SECONDS = 5;
  private static final double SECONDS = 3;

  private Serving() {}

  /** A server that is up, and what was seen of it, by form and connections. */
  private record Up(Session session, Map<String, Object> row, String uri) {}

  /**
   * Measures.
   *
   * @param model the file that all of them serve
   */
  static List<Object> run(Bench bench, Path model)
      throws IOException, InterruptedException, Session.Failed {
    Bench.say("serving");
    Contender server = Contender.module(bench.benchmarks, "serving", bench.threads);
    String many = Integer.toString(bench.threads);
    List<Contender> contenders =
        List.of(
            server.with("Downhill", "downhill", model.toString(), many),
            server.with("ONNX Runtime, 1 thread", "onnxruntime", model.toString(), "1"),
            server.with("ONNX Runtime", "onnxruntime", model.toString(), many));
    Contender clients =
        Contender.main(
            bench.benchmarks, "serving", "downhill.benchmarks.serving.Load", bench.threads);
    List<Up> servers = new ArrayList<>();
    List<Object> rows = new ArrayList<>();
    try (Session load = new Session(clients)) {
      load.expect("ready", TIMEOUT);
      for (Contender contender : contenders) {
        servers.add(start(contender));
      }
      for (Up up : servers) {
        for (String form : FORMS) {
          ask(load, up, 8, WARM_UP_SECONDS, form);
        }
      }
      for (String form : FORMS) {
        for (int connections : CONNECTIONS) {
          measure(load, servers, form, connections, bench.quick ? 1 : 5);
        }
      }
      servers.forEach(up -> rows.add(up.row));
    } finally {
      servers.forEach(up -> up.session.close());
    }
    return rows;
  }

  private static Up start(Contender contender)
      throws IOException, InterruptedException, Session.Failed {
    Session session = new Session(contender);
    List<String> ready = session.expect("ready", TIMEOUT);
    String version = String.join(" ", ready.subList(1, ready.size()));
    return new Up(
        session, Bench.row("name", contender.name(), "version", version), ready.getFirst());
  }

  private static void measure(
      Session load, List<Up> servers, String form, int connections, int rounds)
      throws InterruptedException, Session.Failed {
    List<List<List<Double>>> values = new ArrayList<>();
    servers.forEach(
        up -> values.add(List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>())));
    for (int round = 0; round < rounds; round++) {
      for (int turn : Rotation.order(servers.size(), round)) {
        Bench.pause();
        List<String> found = ask(load, servers.get(turn), connections, SECONDS, form);
        for (int i = 0; i < 3; i++) {
          values.get(turn).get(i).add(Double.parseDouble(found.get(i)));
        }
      }
    }
    for (int s = 0; s < servers.size(); s++) {
      String prefix = form + "_" + connections;
      Map<String, Object> row = servers.get(s).row;
      row.putAll(Summary.of(values.get(s).get(0)).as(prefix + "_per_second"));
      row.putAll(Summary.of(values.get(s).get(1)).as(prefix + "_p50_micros"));
      row.putAll(Summary.of(values.get(s).get(2)).as(prefix + "_p99_micros"));
      Bench.say(
          "  %s, %s, %s connections: %s a second"
              .formatted(
                  row.get("name"),
                  form,
                  connections,
                  Page.number(Summary.of(values.get(s).get(0)).median(), 0)));
    }
  }

  private static List<String> ask(Session load, Up up, int connections, double seconds, String form)
      throws InterruptedException, Session.Failed {
    return load.ask(
        "load %s %s %s %s".formatted(up.uri, connections, seconds, form), "load", TIMEOUT);
  }

  /** Returns sentences about where a peer answers more requests, or answers them sooner. */
  static List<String> ahead(Map<String, Object> results) {
    List<String> sentences = new ArrayList<>();
    List<Map<String, Object>> rows = Fields.maps(results, "serving");
    for (Map<String, Object> row : rows) {
      for (String form : FORMS) {
        for (int connections : CONNECTIONS) {
          String prefix = form + "_" + connections;
          double requests = ratio(row, rows.getFirst(), prefix + "_per_second_median");
          double half = ratio(rows.getFirst(), row, prefix + "_p50_micros_median");
          double slowest = ratio(rows.getFirst(), row, prefix + "_p99_micros_median");
          String where = "%s, connections: %s".formatted(form, connections);
          if (requests > 1) {
            sentences.add(
                "%s answers %s times as many requests a second as Downhill (%s)."
                    .formatted(Fields.text(row, "name"), Page.number(requests, 2), where));
          }
          if (half > 1) {
            sentences.add(
                "%s has a median %s times as short as Downhill's (%s)."
                    .formatted(Fields.text(row, "name"), Page.number(half, 2), where));
          }
          if (slowest > 1) {
            sentences.add(
                "%s has a 99th percentile %s times as short as Downhill's (%s)."
                    .formatted(Fields.text(row, "name"), Page.number(slowest, 2), where));
          }
        }
      }
    }
    return sentences;
  }

  private static double ratio(Map<String, Object> a, Map<String, Object> b, String field) {
    return Fields.number(a, field) / Fields.number(b, field);
  }

  /** Writes the section of the page, if this was measured. */
  static void write(Map<String, Object> results, Page page) {
    List<Map<String, Object>> rows = Fields.maps(results, "serving");
    if (rows.isEmpty()) {
      return;
    }
    page.line("");
    page.line("## Serving");
    page.line("");
    page.line(
        "`downhill serve`'s server on the loopback address, one test image a request, %s, the same weights,",
        Epochs.MAIN);
    page.line(
        "with our engine behind it and with ONNX Runtime. Clients share the machine, and each asks again as");
    page.line(
        "soon as it is answered; medians of the rounds, requests with the least and the most.");
    for (String form : FORMS) {
      page.line("");
      page.line("| pixels as %s | 1 connection | 8 | 64 |", form.equals("json") ? "JSON" : "bytes");
      page.line("|---|---|---|---|");
      for (Map<String, Object> row : rows) {
        List<String> cells = new ArrayList<>();
        for (int connections : CONNECTIONS) {
          String prefix = form + "_" + connections;
          cells.add(
              "%s/s (%s–%s), p50 %s µs, p99 %s µs"
                  .formatted(
                      Page.number(Fields.number(row, prefix + "_per_second_median"), 0),
                      Page.number(Fields.number(row, prefix + "_per_second_min"), 0),
                      Page.number(Fields.number(row, prefix + "_per_second_max"), 0),
                      Page.number(Fields.number(row, prefix + "_p50_micros_median"), 0),
                      Page.number(Fields.number(row, prefix + "_p99_micros_median"), 0)));
        }
        page.line("| %s | %s |", Fields.text(row, "name"), String.join(" | ", cells));
      }
    }
  }
}
