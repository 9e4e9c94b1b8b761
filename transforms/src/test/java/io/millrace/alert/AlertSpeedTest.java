package io.millrace.alert;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.lessThan;

import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.event.RowValues;
import io.millrace.measure.BestCpuTimes;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What judging costs with ten alerts: keys, state that is read and written for each result and for
 * each timer, conditions, changes. Prints microseconds of CPU a result.
 */
@Tag("both-compilers")
class AlertSpeedTest {
  private static final int GROUPS = 50;
  private static final int WINDOWS = 800;
  private static final double BOUND_MICROS = 60;

  /** With 50 groups and an early result every 5 s: a thousand events a second. */
  private static final int EVENTS_PER_RESULT = 100;

  private static Contract contract() {
    StringBuilder yaml =
        new StringBuilder(
            """
            contract: c
            fields:
              id: {type: int64, required: true}
              at: {type: timestamp, required: true}
              db: {type: string, required: true}
              failed: {type: boolean, default: false}
            event_time: {field: at}
            identity: [id, at]
            error: failed == true
            rollups:
              rate: {window: {fixed: 5m}, group_by: [db], measures: {n: {type: count}, rate: {type: error_rate}}}
            alerts:
            """);
    for (int i = 0; i < 10; i++) {
      yaml.append("  a%s: {on: rate, when: 'rate > 0.%s && n > 10', for: 5m}\n".formatted(i, i));
    }
    return ContractLoader.parse(yaml.toString(), "c.yaml");
  }

  @Test
  void tenAlertsCostSomeMicrosecondsAResult() throws Exception {
    Contract contract = contract();
    AlertedRollup rollup = AlertedRollup.byTable(contract).get("rate");
    AtomicLong changes = new AtomicLong();
    double best =
        micros(
            BestCpuTimes.of(
                times -> micros(times) < BOUND_MICROS,
                () -> changes.set(run(contract, rollup, new HashMap<>()))));
    System.out.printf(
        "ten alerts: %.2f us a result with its timer, %.3f us an event with %d events a result%n",
        best, best / EVENTS_PER_RESULT, EVENTS_PER_RESULT);
    assertThat(changes.get(), greaterThan(1000L));
    // Loose, because other processes share the machine.
    assertThat(best, lessThan(BOUND_MICROS));
  }

  private static double micros(long[] times) {
    return times[0] / 1000.0 / GROUPS / WINDOWS;
  }

  private static long run(Contract contract, AlertedRollup rollup, Map<String, byte[]> states) {
    long changes = 0;
    for (long window = 1; window <= WINDOWS; window++) {
      for (int group = 0; group < GROUPS; group++) {
        Instant from = Instant.ofEpochMilli(rollup.millisOf(window - 1));
        Instant to = Instant.ofEpochMilli(rollup.millisOf(window));
        double rate = (window * 7 + group) % 100 == 0 ? 0.5 : -1.0;
        Row row =
            Row.withSchema(contract.rollups().get(0).schema())
                .attachValues(Arrays.asList(from, to, "db-" + group, 100L, rate, 100L));
        String key = rollup.key(row);
        StoredResult<RowValues> result = StoredResult.of(rollup, rollup.bytes(row));
        GroupAlerts<RowValues> alerts = read(rollup, states.get(key));
        changes += alerts.add(rollup.tick(result.result()), result).size();
        states.put(key, alerts.toBytes());
        GroupAlerts<RowValues> later = read(rollup, states.get(key));
        for (GroupAlerts.Given<RowValues> given : later.advance(window, false)) {
          changes += rollup.row(given, 0).row().getFieldCount() > 0 ? 1 : 0;
        }
        states.put(key, later.toBytes());
      }
    }
    return changes;
  }

  private static GroupAlerts<RowValues> read(AlertedRollup rollup, byte[] state) {
    return state == null ? rollup.newGroup() : rollup.newGroup().read(state);
  }
}
