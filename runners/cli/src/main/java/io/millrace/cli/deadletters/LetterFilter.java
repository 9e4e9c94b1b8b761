package io.millrace.cli.deadletters;

import io.millrace.cli.explain.DeadLetterPlace;
import io.millrace.cli.explain.StoredDeadLetter;
import io.millrace.event.SourceRecord;
import io.millrace.verify.ClickHouseQueries;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Which dead letters a command takes.
 *
 * @param codes the codes; empty: all
 * @param since first seen at or after this time; null: no bound
 * @param until first seen before this time; null: no bound
 * @param topic the original topic; null: all
 * @param partition its partition; null: all
 * @param contract the contract that rejected them; null: all
 * @param stage the step that rejected them; null: all
 * @param place one record, or one element of it; null: all
 * @param where a condition; null: all
 */
record LetterFilter(
    List<String> codes,
    @Nullable Instant since,
    @Nullable Instant until,
    @Nullable String topic,
    @Nullable Integer partition,
    @Nullable String contract,
    @Nullable String stage,
    @Nullable DeadLetterPlace place,
    @Nullable LetterCondition where) {
  /** The dead letters of one record, or of one element. */
  static LetterFilter of(DeadLetterPlace place) {
    return new LetterFilter(List.of(), null, null, null, null, null, null, place, null);
  }

  /** Whether it needs the bytes of the dead letters. */
  boolean readsValue() {
    return where != null && where.readsValue();
  }

  boolean takes(StoredDeadLetter letter) {
    SourceRecord record = letter.record();
    return (codes.isEmpty() || codes.contains(letter.code()))
        && (since == null || letter.firstSeenMillis() >= since.toEpochMilli())
        && (until == null || letter.firstSeenMillis() < until.toEpochMilli())
        && (topic == null || topic.equals(record.topic()))
        && (partition == null || partition == record.partition())
        && (contract == null || contract.equals(letter.contract()))
        && (stage == null || stage.equals(letter.stage()))
        && (place == null || isAt(place, record))
        && (where == null || where.takes(letter));
  }

  private static boolean isAt(DeadLetterPlace place, SourceRecord record) {
    Integer element = place.element();
    return place.topic().equals(record.topic())
        && place.partition() == record.partition()
        && place.offset() == record.offset()
        && (element == null || element == record.elementNumber());
  }

  /** The part of it that the table can judge, as SQL. {@link #takes} judges the rest. */
  String sql() {
    List<String> conditions = new ArrayList<>();
    if (!codes.isEmpty()) {
      conditions.add(
          codes.stream()
              .map(ClickHouseQueries::literal)
              .collect(Collectors.joining(", ", "code IN (", ")")));
    }
    if (since != null) {
      conditions.add("first_seen >= " + ClickHouseQueries.time(since.toEpochMilli()));
    }
    if (until != null) {
      conditions.add("first_seen < " + ClickHouseQueries.time(until.toEpochMilli()));
    }
    equal("topic", topic, conditions);
    equal("contract", contract, conditions);
    equal("stage", stage, conditions);
    if (partition != null) {
      conditions.add("partition = " + partition);
    }
    if (place != null) {
      equal("topic", place.topic(), conditions);
      conditions.add("partition = " + place.partition() + " AND offset = " + place.offset());
    }
    return conditions.isEmpty() ? "1" : String.join(" AND ", conditions);
  }

  private static void equal(String column, @Nullable String value, List<String> conditions) {
    if (value != null) {
      conditions.add(column + " = " + ClickHouseQueries.literal(value));
    }
  }
}
