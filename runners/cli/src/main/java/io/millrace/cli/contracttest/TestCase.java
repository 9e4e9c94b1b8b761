package io.millrace.cli.contracttest;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.lookup.LookupVersion;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * One case of a test file.
 *
 * @param index its number in the file, from 0
 * @param line the line where it begins, from 1
 * @param column the column of its first key, from 1
 * @param recordTime when the records arrive, UTC; null: now
 * @param watermark the watermark when they arrive, UTC; null: no event is late
 * @param lookups what look-ups look up in, by name; the others look up in their sources
 * @param records the records' bytes; null for a tombstone
 * @param expected what becomes of each event, in their order; null: the file does not say
 * @param rollups the expected rows by the names of roll-up tables; other roll-ups may give any
 * @param alerts the expected changes of alerts; null: any
 */
record TestCase(
    String name,
    int index,
    int line,
    int column,
    @Nullable Instant recordTime,
    @Nullable Instant watermark,
    Map<String, LookupVersion> lookups,
    List<byte @Nullable []> records,
    @Nullable List<Expected> expected,
    Map<String, List<Map<String, JsonNode>>> rollups,
    @Nullable List<Map<String, JsonNode>> alerts) {

  /** Whether it compares nothing. */
  boolean expectsNothing() {
    return expected == null && rollups.isEmpty() && alerts == null;
  }

  /**
   * What should become of an event. What is null is not compared.
   *
   * @param line the line where it begins, from 1
   * @param outcome an outcome's name, or {@code empty} for a record without an event
   * @param code of a dead event, its code
   * @param rule of a filtered event, the rule's name
   * @param row values of some columns
   */
  record Expected(
      int line,
      String outcome,
      @Nullable String code,
      @Nullable String rule,
      @Nullable String table,
      @Nullable Instant eventTime,
      Map<String, JsonNode> row) {}
}
