package io.millrace.cli.deadletters;

import io.millrace.cli.explain.StoredDeadLetter;
import io.millrace.cli.support.JsonObject;
import io.millrace.cli.support.TextLines;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Counts dead letters by code, stage and contract. Keeps one entry for each group. */
final class LetterSummary {
  private final Map<Group, Counted> groups = new HashMap<>();
  private long letters;

  private record Group(String code, String stage, String contract) {}

  /** The dead letters of a group. */
  private static final class Counted {
    final String example;
    long count;
    long first = Long.MAX_VALUE;
    long last = Long.MIN_VALUE;

    Counted(String example) {
      this.example = example;
    }
  }

  void add(StoredDeadLetter letter) {
    letters++;
    Counted counted =
        groups.computeIfAbsent(
            new Group(letter.code(), letter.stage(), letter.contract()),
            group -> new Counted(letter.place()));
    counted.count++;
    counted.first = Math.min(counted.first, letter.firstSeenMillis());
    counted.last = Math.max(counted.last, letter.firstSeenMillis());
  }

  private List<Map.Entry<Group, Counted>> sorted() {
    List<Map.Entry<Group, Counted>> all = new ArrayList<>(groups.entrySet());
    all.sort(
        Comparator.comparingLong((Map.Entry<Group, Counted> entry) -> -entry.getValue().count)
            .thenComparing(entry -> entry.getKey().toString()));
    return all;
  }

  /** A table for people, with the number of all dead letters in its last line. */
  String text() {
    List<String[]> rows = new ArrayList<>();
    rows.add(
        new String[] {"code", "stage", "contract", "count", "first", "last", "example of a place"});
    sorted()
        .forEach(
            entry ->
                rows.add(
                    new String[] {
                      entry.getKey().code,
                      entry.getKey().stage,
                      entry.getKey().contract,
                      TextLines.text("%,d", entry.getValue().count),
                      Instant.ofEpochMilli(entry.getValue().first).toString(),
                      Instant.ofEpochMilli(entry.getValue().last).toString(),
                      entry.getValue().example
                    }));
    TextLines lines = new TextLines();
    if (letters > 0) {
      rows.forEach(row -> lines.line("%s", line(row, rows)));
    }
    return lines.line("%,d dead letters", letters).toString();
  }

  private static String line(String[] row, List<String[]> rows) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < row.length; i++) {
      int column = i;
      int width = rows.stream().mapToInt(other -> other[column].length()).max().orElse(1);
      line.append(TextLines.text("%-" + Math.max(1, width) + "s  ", row[i]));
    }
    return line.toString().stripTrailing();
  }

  /** One object with the groups. */
  String json() {
    List<JsonObject> all = new ArrayList<>();
    sorted()
        .forEach(
            entry ->
                all.add(
                    JsonObject.object()
                        .put("code", entry.getKey().code)
                        .put("stage", entry.getKey().stage)
                        .put("contract", entry.getKey().contract)
                        .put("count", entry.getValue().count)
                        .put("first", Instant.ofEpochMilli(entry.getValue().first).toString())
                        .put("last", Instant.ofEpochMilli(entry.getValue().last).toString())
                        .put("example", entry.getValue().example)));
    return JsonObject.object().put("letters", letters).putList("groups", all).text();
  }
}
