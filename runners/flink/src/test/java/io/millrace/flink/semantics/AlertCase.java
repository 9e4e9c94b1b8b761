package io.millrace.flink.semantics;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsInAnyOrder;

import io.millrace.alert.JudgeAlerts;
import io.millrace.contract.Alerts;
import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.event.Event;
import io.millrace.rollup.RollUpMetrics;
import io.millrace.rollup.RollupRow;
import io.millrace.transforms.DeduplicateEvents;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.Row;

/**
 * One run of alerts behind a roll-up: what arrives, and what the table of the alerts must show. A
 * change is written as its group, its kind and its time.
 */
final class AlertCase {
  static final Contract CONTRACT =
      ContractLoader.parse(
          """
          contract: small
          fields:
            id: {type: string, required: true}
            at: {type: timestamp, required: true}
          event_time: {field: at, allowed_lateness: 10m, out_of_orderness: 0s}
          identity: [id, at]
          unknown_fields: {column: extra, as: json}
          rollups:
            minutes: {window: {fixed: 1m}, group_by: [id], measures: {n: {type: count}}}
            moving: {window: {sliding: 2m, every: 1m}, measures: {n: {type: count}}}
            eager: {window: {fixed: 1m}, early: 5s, measures: {n: {type: count}}}
          alerts:
            busy: {on: minutes, when: n > 2, labels: {team: "t-{id}"}, summary: "{n} of {id}"}
            held: {on: minutes, when: n > 2, for: 1m}
            quiet: {on: minutes, when: n < 2, clear: n > 3}
            gone: {on: minutes, absent_for: 2m, forget_after: 1h}
            full: {on: moving, when: n > 3}
            soon: {on: eager, when: n > 2, early: true}
          """,
          "small.yaml");

  private final String alert;
  private final ArrivingEvents arrivals;
  private List<String> given;

  private AlertCase(String alert, ArrivingEvents arrivals) {
    this.alert = alert;
    this.arrivals = arrivals;
  }

  static AlertCase of(String alert, ArrivingEvents arrivals) {
    return new AlertCase(alert, arrivals);
  }

  /**
   * All changes given, in any order; looked at only on the DirectRunner, since Flink holds the
   * watermark of a step back while its bundle is open.
   */
  AlertCase given(String... changes) {
    given = List.of(changes);
    return this;
  }

  /** Runs it: the changes that the table shows at the end and that were not revoked. */
  void showsOn(RunnerUnderTest runner, String... changes) {
    TestPipeline pipeline = runner.pipeline();
    PCollection<List<Event>> unique =
        pipeline
            .apply("Arrivals", arrivals.stream())
            .apply("DeduplicateEvents", DeduplicateEvents.of(CONTRACT, 2, 8, () -> 0))
            .get(DeduplicateEvents.UNIQUE);
    PCollection<String> rows =
        unique
            .apply("RollUpMetrics", RollUpMetrics.of(CONTRACT, 3))
            .apply("JudgeAlerts", JudgeAlerts.of(CONTRACT, () -> 0))
            .apply("Describe", ParDo.of(new Describe(alert)))
            .setCoder(StringUtf8Coder.of());
    List<String> shown = List.of(changes);
    List<String> all = runner == RunnerUnderTest.DIRECT ? given : null;
    PAssert.that(rows)
        .satisfies(
            found -> {
              List<String> texts = new ArrayList<>();
              found.forEach(texts::add);
              assertThat("table " + texts, latest(texts), containsInAnyOrder(shown.toArray()));
              if (all != null) {
                List<String> plain = texts.stream().map(text -> text.substring(2)).toList();
                assertThat("given", plain, containsInAnyOrder(all.toArray()));
              }
              return null;
            });
    pipeline.run().waitUntilFinish();
  }

  /** Of the rows of a change the one with the greatest revision, unless it is revoked. */
  private static List<String> latest(List<String> texts) {
    Map<String, String> latest = new HashMap<>();
    for (String text : texts) {
      String change = text.substring(2).replaceAll(" (revoked|corrected)$", "");
      latest.merge(change, text, (a, b) -> a.charAt(0) >= b.charAt(0) ? a : b);
    }
    return latest.entrySet().stream()
        .filter(row -> !row.getValue().endsWith("revoked"))
        .map(Map.Entry::getKey)
        .toList();
  }

  /** The revision, then the change. */
  private static final class Describe extends DoFn<RollupRow, String> {
    private static final long serialVersionUID = 1L;

    private final String alert;

    Describe(String alert) {
      this.alert = alert;
    }

    @ProcessElement
    public void process(@Element RollupRow element, OutputReceiver<String> out) {
      Row row = element.row();
      if (!alert.equals(row.getString(Alerts.ALERT))) {
        return;
      }
      String mark =
          Boolean.TRUE.equals(row.getBoolean(Alerts.REVOKED))
              ? " revoked"
              : Boolean.TRUE.equals(row.getBoolean(Alerts.CORRECTED)) ? " corrected" : "";
      out.output(
          "%s %s %s %s%s"
              .formatted(
                  row.getInt64(Alerts.REVISION),
                  row.getString(Alerts.GROUP_KEY),
                  row.getString(Alerts.CHANGE),
                  // "2026-03-01T10:00:00Z" to "10:00"
                  String.valueOf(row.<Object>getValue(Alerts.CHANGED_AT)).substring(11, 16),
                  mark));
    }
  }
}
