package downhill.benchmarks.driver;

import java.util.List;
import java.util.Map;

/** Reads results back; what is not there is empty, since a section may not have been measured. */
final class Fields {
  private Fields() {}

  @SuppressWarnings("unchecked") // results are made of maps, lists, numbers and text
  static Map<String, Object> map(Map<String, Object> from, String name) {
    return from.get(name) instanceof Map<?, ?> map ? (Map<String, Object>) map : Map.of();
  }

  @SuppressWarnings("unchecked")
  static List<Map<String, Object>> maps(Map<String, Object> from, String name) {
    return from.get(name) instanceof List<?> list ? (List<Map<String, Object>>) list : List.of();
  }

  @SuppressWarnings("unchecked")
  static List<Double> numbers(Map<String, Object> from, String name) {
    return from.get(name) instanceof List<?> list ? (List<Double>) list : List.of();
  }

  @SuppressWarnings("unchecked")
  static List<List<Double>> lists(Map<String, Object> from, String name) {
    return from.get(name) instanceof List<?> list ? (List<List<Double>>) list : List.of();
  }

  static double number(Map<String, Object> from, String name) {
    return from.get(name) instanceof Number number ? number.doubleValue() : Double.NaN;
  }

  /** Returns text, or a number as text. */
  static String text(Map<String, Object> from, String name) {
    Object value = from.get(name);
    return value == null ? "" : value.toString();
  }
}
