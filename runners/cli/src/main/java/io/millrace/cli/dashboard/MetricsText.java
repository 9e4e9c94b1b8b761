package io.millrace.cli.dashboard;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Samples of a page of metrics in Prometheus's text format.
 *
 * @param samples in the order of the page
 */
record MetricsText(List<Sample> samples) {
  /** A value of a metric. */
  record Sample(String name, Map<String, String> labels, double value) {
    /** A label; empty if it is missing. */
    String label(String key) {
      return labels.getOrDefault(key, "");
    }
  }

  /** Parses a page; comments and timestamps are ignored. */
  static MetricsText parse(String text) {
    List<Sample> samples = new ArrayList<>();
    text.lines()
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .forEach(line -> samples.add(sample(line)));
    return new MetricsText(List.copyOf(samples));
  }

  private static Sample sample(String line) {
    int brace = line.indexOf('{');
    int space = line.indexOf(' ');
    if (brace < 0 || (space >= 0 && space < brace)) {
      return new Sample(line.substring(0, Math.max(0, space)), Map.of(), number(line, space + 1));
    }
    Map<String, String> labels = new HashMap<>();
    int at = brace + 1;
    while (at < line.length() && line.charAt(at) != '}') {
      int equals = line.indexOf("=\"", at);
      if (equals < 0) {
        throw unreadable(line);
      }
      StringBuilder value = new StringBuilder();
      int end = value(line, equals + 2, value);
      labels.put(line.substring(at, equals), value.toString());
      at = end < line.length() && line.charAt(end) == ',' ? end + 1 : end;
    }
    return new Sample(line.substring(0, brace), Map.copyOf(labels), number(line, at + 1));
  }

  /** Reads a label's value up to its quotation mark; returns the index after that. */
  private static int value(String line, int from, StringBuilder value) {
    for (int i = from; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '"') {
        return i + 1;
      } else if (c == '\\' && i + 1 < line.length()) {
        i++;
        value.append(line.charAt(i) == 'n' ? '\n' : line.charAt(i));
      } else {
        value.append(c);
      }
    }
    throw unreadable(line);
  }

  private static double number(String line, int from) {
    if (from <= 0 || from > line.length()) {
      throw unreadable(line);
    }
    String number = line.substring(from).strip().split(" ", 2)[0];
    try {
      return number.equals("+Inf")
          ? Double.POSITIVE_INFINITY
          : number.equals("-Inf") ? Double.NEGATIVE_INFINITY : Double.parseDouble(number);
    } catch (NumberFormatException e) {
      throw unreadable(line);
    }
  }

  private static IllegalArgumentException unreadable(String line) {
    return new IllegalArgumentException("not a line of metrics: " + line);
  }

  /** The samples of a name. */
  Stream<Sample> all(String name) {
    return samples.stream().filter(sample -> sample.name().equals(name));
  }

  /** The sum of a name's samples; 0 if there is none. */
  double sum(String name) {
    return all(name).mapToDouble(Sample::value).sum();
  }

  /** The largest of a name's samples; 0 if there is none. */
  double max(String name) {
    return all(name).mapToDouble(Sample::value).max().orElse(0);
  }

  /** The sums of a name's samples by what a function tells of each. */
  <K> Map<K, Double> sums(String name, Function<Sample, K> key) {
    Map<K, Double> sums = new LinkedHashMap<>();
    all(name).forEach(sample -> sums.merge(key.apply(sample), sample.value(), Double::sum));
    return sums;
  }
}
