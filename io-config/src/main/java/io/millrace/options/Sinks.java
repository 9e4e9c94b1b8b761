package io.millrace.options;

import io.millrace.alerting.AlertTargets;
import io.millrace.deadletter.DeadLetterOutputs;
import io.millrace.io.Sink;
import io.millrace.io.SinkException;
import io.millrace.io.SinkMigration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The sinks of a run. Each receives every outcome and keeps its own equation. A sink's name is its
 * kind, with a number from the second of a kind ({@code clickhouse}, {@code clickhouse-2}). Step
 * names contain it, so keep the order of the sinks.
 *
 * @param byName the sinks by name, in order
 * @param deadLetters destinations of dead letters
 * @param alerts targets of the changes of alerts
 */
public record Sinks(Map<String, Sink> byName, DeadLetterOutputs deadLetters, AlertTargets alerts) {
  public Sinks {
    if (byName.isEmpty()) {
      throw new IllegalArgumentException("no sink");
    }
    byName = Collections.unmodifiableMap(new LinkedHashMap<>(byName));
  }

  /** Creates the list from sinks in the order of the flag; at least one. */
  public static Sinks of(List<Sink> sinks) {
    Map<String, Integer> ofKind = new HashMap<>();
    Map<String, Sink> byName = new LinkedHashMap<>();
    for (Sink sink : sinks) {
      int number = ofKind.merge(sink.kind(), 1, Integer::sum);
      byName.put(number == 1 ? sink.kind() : sink.kind() + "-" + number, sink);
    }
    return new Sinks(byName, DeadLetterOutputs.TABLE_ONLY, AlertTargets.NONE);
  }

  public static Sinks of(Sink sink) {
    return of(List.of(sink));
  }

  public Sinks withDeadLetters(DeadLetterOutputs destinations) {
    return new Sinks(byName, destinations, alerts);
  }

  public Sinks withAlerts(AlertTargets targets) {
    return new Sinks(byName, deadLetters, targets);
  }

  /** The addresses for display, without secrets. */
  public String address() {
    return byName.values().stream().map(Sink::address).collect(Collectors.joining(", "));
  }

  /** Problems of each sink, of the destinations of dead letters and of the targets of alerts. */
  public List<String> check() {
    return Stream.concat(
            byName.values().stream().flatMap(sink -> sink.check().stream()),
            Stream.concat(deadLetters.check().stream(), alerts.check().stream()))
        .toList();
  }

  public List<String> notes() {
    return byName.values().stream().flatMap(sink -> sink.notes().stream()).toList();
  }

  /**
   * Migrates the tables of each sink, see {@link Sink#migrate}.
   *
   * @throws SinkException at the first sink that is unreachable or fails to change
   */
  public SinkMigration migrate(boolean dryRun, Consumer<SinkMigration.Change> progress) {
    return SinkMigration.of(
        byName.values().stream().map(sink -> sink.migrate(dryRun, progress)).toList());
  }

  /**
   * Creates missing tables of each sink.
   *
   * @throws SinkException with every problem of every sink
   */
  public void prepare() {
    List<String> problems = new ArrayList<>();
    for (Sink sink : byName.values()) {
      try {
        sink.prepare();
      } catch (SinkException e) {
        problems.addAll(e.problems());
      }
    }
    if (!problems.isEmpty()) {
      throw new SinkException(problems);
    }
  }
}
