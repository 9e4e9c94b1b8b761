package io.millrace.bench.capacity;

import io.millrace.bench.harness.Bar;
import io.millrace.cli.support.TextLines;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What one part of the check found.
 *
 * @param name its name in {@code --only} and JSON
 * @param text its table for people
 * @param figures its figures for programs, by name
 * @param bars its targets, which are ratios of runs of the same command
 */
record PartReport(String name, String text, Map<String, Object> figures, List<Bar> bars) {
  boolean passes() {
    return bars.stream().allMatch(Bar::holds);
  }

  void addTo(TextLines lines) {
    lines.line("%s: %s", name, text);
    bars.forEach(bar -> lines.line("%s: %s", name, bar.text()));
  }

  Map<String, Object> toJson() {
    Map<String, Object> object = new LinkedHashMap<>(figures);
    object.put("bars", bars.stream().map(Bar::toJson).toList());
    object.put("holds", passes());
    return object;
  }
}
