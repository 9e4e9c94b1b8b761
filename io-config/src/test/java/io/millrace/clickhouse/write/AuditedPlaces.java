package io.millrace.clickhouse.write;

import io.millrace.clickhouse.encoding.RowBlockBuilder;
import io.millrace.event.Outcome;
import io.millrace.event.SourceRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * Entries of the audit for tests, and what its views have to show of them: each place once, with
 * the outcome that was written last.
 */
final class AuditedPlaces {
  /** An entry. */
  record Entry(
      String topic,
      int partition,
      long offset,
      int element,
      int elements,
      long recordTime,
      long eventTime,
      String outcome,
      long writtenAt) {
    String place() {
      return "%s\t%d\t%d\t%d\t%d".formatted(topic, partition, offset, recordTime, element);
    }

    String line() {
      return place() + "\t%s\t%d\t%d".formatted(outcome, elements, eventTime);
    }

    SourceRecord record() {
      SourceRecord record =
          new SourceRecord(topic, partition, offset, null, null, List.of(), recordTime, recordTime);
      return elements == 1 ? record : record.element(element, elements, new byte[0]);
    }
  }

  private final Map<String, Entry> last = new TreeMap<>();
  private final String contract;
  private final boolean many;
  private long written;

  AuditedPlaces(String contract, boolean many) {
    this.contract = contract;
    this.many = many;
  }

  /** One INSERT of entries. */
  Batch batch(List<Entry> entries) throws Exception {
    Map<String, AuditRows> rows = new HashMap<>();
    RowBlockBuilder builder = new RowBlockBuilder();
    for (Entry entry : entries) {
      AuditRows writer =
          rows.computeIfAbsent(entry.outcome, label -> new AuditRows(contract, label, many));
      builder.add(
          entry,
          (value, out) -> writer.write(value.record(), value.eventTime, value.writtenAt, out),
          entry.recordTime,
          null);
      last.merge(entry.place(), entry, (a, b) -> b.writtenAt >= a.writtenAt ? b : a);
      written++;
    }
    return Batch.of(List.of(builder.build()));
  }

  /** How many entries were made. */
  long written() {
    return written;
  }

  /** The lines of the exact view, sorted. */
  List<String> exact() {
    return last.values().stream().map(Entry::line).sorted().toList();
  }

  /** The lines of the view by minute, sorted. */
  List<String> perMinute() {
    Map<String, Long> counts = new TreeMap<>();
    for (Entry entry : last.values()) {
      counts.merge(
          "%s\t%d\t%s"
              .formatted(
                  entry.topic, Math.floorDiv(entry.recordTime, 60_000) * 60_000, entry.outcome),
          1L,
          Long::sum);
    }
    List<String> lines = new ArrayList<>();
    counts.forEach((key, count) -> lines.add(key + "\t" + count));
    return lines.stream().sorted().toList();
  }

  /** Any of the outcomes. */
  static String outcome(Random random) {
    List<Outcome> outcomes = List.of(Outcome.values());
    return outcomes.get(random.nextInt(outcomes.size())).label();
  }
}
