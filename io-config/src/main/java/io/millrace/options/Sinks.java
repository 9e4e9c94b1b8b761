package io.millrace.options;

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
 * The sinks of a run. Each gets every outcome and accounts for it by itself, under its name: its
 * kind, and from the second of a kind on a number ({@code clickhouse}, {@code clickhouse-2}). Steps
 * are named by it, so it is stable as long as the order of the sinks is.
 */
public final class Sinks {
  private final Map<String, Sink> byName;
  private final DeadLetterOutputs deadLetters;

  private Sinks(Map<String, Sink> byName, DeadLetterOutputs deadLetters) {
    this.byName = byName;
    this.deadLetters = deadLetters;
  }

  /** Sinks in the order of the flags; at least one. */
  public static Sinks of(List<Sink> sinks) {
    if (sinks.isEmpty()) {
      throw new IllegalArgumentException("no sink");
    }
    Map<String, Integer> ofKind = new HashMap<>();
    Map<String, Sink> byName = new LinkedHashMap<>();
    for (Sink sink : sinks) {
      int number = ofKind.merge(sink.kind(), 1, Integer::sum);
      byName.put(number == 1 ? sink.kind() : sink.kind() + "-" + number, sink);
    }
    return new Sinks(byName, DeadLetterOutputs.TABLE_ONLY);
  }

  /** The one sink of a run. */
  public static Sinks of(Sink sink) {
    return of(List.of(sink));
  }

  /** The same, with dead letters going to other places before they come to the sinks. */
  public Sinks withDeadLetters(DeadLetterOutputs places) {
    return new Sinks(byName, places);
  }

  /** Where dead letters go. */
  public DeadLetterOutputs deadLetters() {
    return deadLetters;
  }

  /** The sinks by name, in their order. */
  public Map<String, Sink> byName() {
    return Collections.unmodifiableMap(byName);
  }

  /** The addresses for people, without secrets. */
  public String address() {
    return byName.values().stream().map(Sink::address).collect(Collectors.joining(", "));
  }

  /** What {@link Sink#check} says of each, and {@link DeadLetterOutputs#check}. */
  public List<String> check() {
    return Stream.concat(
            byName.values().stream().flatMap(sink -> sink.check().stream()),
            deadLetters.check().stream())
        .toList();
  }

  /** What {@link Sink#notes} says of each. */
  public List<String> notes() {
    return byName.values().stream().flatMap(sink -> sink.notes().stream()).toList();
  }

  /**
   * Makes the tables of each fit; see {@link Sink#migrate}.
   *
   * @throws SinkException at the first sink that cannot be reached or does not make a change
   */
  public SinkMigration migrate(boolean dryRun, Consumer<SinkMigration.Change> progress) {
    List<SinkMigration.Change> changes = new ArrayList<>();
    List<String> refused = new ArrayList<>();
    for (Sink sink : byName.values()) {
      SinkMigration migration = sink.migrate(dryRun, progress);
      changes.addAll(migration.changes());
      refused.addAll(migration.refused());
    }
    return new SinkMigration(changes, refused);
  }

  /**
   * Creates what is missing in each.
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
