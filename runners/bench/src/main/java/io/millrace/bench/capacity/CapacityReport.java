package io.millrace.bench.capacity;

import io.millrace.bench.harness.Figures;
import io.millrace.bench.harness.Report;
import io.millrace.bench.speed.Machine;
import io.millrace.cli.support.TextLines;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the measured parts found.
 *
 * @param begin when the measurement began
 * @param parts in the order of the measurement
 */
record CapacityReport(Machine machine, Instant begin, List<PartReport> parts) implements Report {
  @Override
  public boolean passes() {
    return parts.stream().allMatch(PartReport::passes);
  }

  @Override
  public String text() {
    TextLines lines = new TextLines().line("%s", machine.text());
    parts.forEach(part -> part.addTo(lines));
    return lines.toString();
  }

  @Override
  public String json() {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("measured_at", begin.toString());
    object.put("machine", machine);
    parts.forEach(part -> object.put(part.name(), part.toJson()));
    object.put("holds", passes());
    return Figures.json(object);
  }
}
