package io.millrace.cli.deadletters;

import io.millrace.cli.support.JsonObject;
import io.millrace.cli.support.TextLines;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What becomes of the events of dead letters, counted, with some of their places. */
final class ReplayPlan {
  private static final int EXAMPLES = 3;

  private final Map<String, Counted> outcomes = new TreeMap<>();
  private final Map<String, Counted> skipped = new TreeMap<>();
  private long letters;
  private long replayed;

  /** Events of one outcome, or dead letters that are left out for one reason. */
  private static final class Counted {
    long count;
    final List<String> examples = new ArrayList<>();

    void add(String place) {
      count++;
      if (examples.size() < EXAMPLES) {
        examples.add(place);
      }
    }

    JsonObject json() {
      return JsonObject.object().put("count", count).put("examples", examples);
    }
  }

  /** Counts a dead letter that is replayed. */
  void replay() {
    letters++;
    replayed++;
  }

  /** Counts an event of it. */
  void outcome(String outcome, String place) {
    outcomes.computeIfAbsent(outcome, name -> new Counted()).add(place);
  }

  /** Counts a dead letter that is left as it is. */
  void skip(String reason, String place) {
    letters++;
    skipped.computeIfAbsent(reason, name -> new Counted()).add(place);
  }

  long replayed() {
    return replayed;
  }

  String text() {
    TextLines lines = new TextLines();
    lines.line("%,d dead letters, of which %,d are replayed", letters, replayed);
    outcomes.forEach((outcome, counted) -> line("", outcome, counted, lines));
    skipped.forEach((reason, counted) -> line("not replayed: ", reason, counted, lines));
    return lines.toString();
  }

  private static void line(String what, String name, Counted counted, TextLines lines) {
    lines.line(
        "  %s%s %,d (%s%s)",
        what,
        name,
        counted.count,
        String.join(", ", counted.examples),
        counted.count > counted.examples.size() ? ", …" : "");
  }

  /** The same as an object. */
  JsonObject json() {
    JsonObject byOutcome = JsonObject.object();
    outcomes.forEach((outcome, counted) -> byOutcome.put(outcome, counted.json()));
    JsonObject byReason = JsonObject.object();
    skipped.forEach((reason, counted) -> byReason.put(reason, counted.json()));
    return JsonObject.object()
        .put("letters", letters)
        .put("replayed", replayed)
        .put("outcomes", byOutcome)
        .put("not_replayed", byReason);
  }
}
