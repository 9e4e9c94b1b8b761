package io.millrace.alert;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;

import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.event.RowValues;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;

/** Savepoints hold the state of a group: its bytes must not change. */
class AlertStateFormTest {
  private static final Contract CONTRACT =
      ContractLoader.parse(
          """
          contract: c
          fields:
            id: {type: int64, required: true}
            at: {type: timestamp, required: true}
            db: {type: string, required: true}
            failed: {type: boolean, default: false}
          event_time: {field: at, allowed_lateness: 10m}
          identity: [id, at]
          error: failed == true
          rollups:
            rate: {window: {fixed: 5m}, group_by: [db], measures: {rate: {type: error_rate}}}
          alerts:
            high: {on: rate, when: rate > 0.5, for: 5m, clear: rate < 0.2}
            busy: {on: rate, when: events > 10}
            gone: {on: rate, absent_for: 10m}
          """,
          "c.yaml");

  private final AlertedRollup rollup = AlertedRollup.byTable(CONTRACT).get("rate");

  /** What an earlier version has written: two waiting results, the latest one, three alerts. */
  private static final String WRITTEN =
      "01000000000000006800000000000000680000001a05000200b4f101000200e0f301000264623feccccc"
          + "cccccccd140000000200000000000000670000001a0500020088ef01000200b4f101000264623fe33333"
          + "333333330300000000000000690000001a05000200e0f3010002008cf601000264623fd999999999999a"
          + "0100000003000468696768579b5be4000000000000000000000042500000000000000068000000000000"
          + "00684980000000000000000000000000000065010000000300000000000000664d000000000000006743"
          + "00000000000000684d00046275737991ff67f70000000000000000000000424600000000000000680000"
          + "0000000000684980000000000000000000000000000065010000000300000000000000664d0000000000"
          + "0000674300000000000000684d0004676f6e65dd7b6bb900000000000000000000004249800000000000"
          + "000000000000000000684980000000000000000000000000000065010000000300000000000000664300"
          + "000000000000674d000000000000006843";

  private StoredResult<RowValues> result(long tick, double rate, long events) {
    Row row =
        Row.withSchema(CONTRACT.rollups().get(0).schema())
            .attachValues(
                Arrays.asList(
                    Instant.ofEpochMilli(rollup.millisOf(tick - 1)),
                    Instant.ofEpochMilli(rollup.millisOf(tick)),
                    "db",
                    rate,
                    events));
    return StoredResult.of(rollup, rollup.bytes(row));
  }

  @Test
  void theBytesAreThoseOfEarlierVersions() {
    GroupAlerts<RowValues> group = rollup.newGroup();
    add(group, 101, 0.1, 5);
    group.advance(101, false);
    add(group, 102, 0.9, 20);
    group.advance(102, false);
    add(group, 104, 0.9, 20);
    add(group, 105, 0.4, 1);
    group.advance(104, false);
    add(group, 103, 0.6, 3);
    assertThat(HexFormat.of().formatHex(group.toBytes()), is(WRITTEN));
  }

  private void add(GroupAlerts<RowValues> group, long tick, double rate, long events) {
    assertThat(group.add(tick, result(tick, rate, events)), is(empty()));
  }

  @Test
  void theStateOfAnEarlierVersionGoesOn() {
    GroupAlerts<RowValues> group = rollup.newGroup().read(HexFormat.of().parseHex(WRITTEN));
    assertThat(HexFormat.of().formatHex(group.toBytes()), is(WRITTEN));
    assertThat(
        group.advance(105, false).stream()
            .map(one -> one.alert().name() + " " + one.change() + " " + one.revoked())
            .toList(),
        contains(
            "high AlertChange[kind=INACTIVE, tick=103, since=102] true",
            "high AlertChange[kind=PENDING, tick=104, since=104] true",
            "high AlertChange[kind=FIRING, tick=103, since=103] false",
            "busy AlertChange[kind=RESOLVED, tick=105, since=104] false"));
  }

  @Test
  void alertsThatAreGoneAreSkippedAndOthersFoundByName() {
    GroupAlerts<RowValues> fewer =
        new GroupAlerts<>(rollup, List.of(rollup.alerts().get(2), rollup.alerts().get(1)), 3);
    assertThat(
        fewer.read(HexFormat.of().parseHex(WRITTEN)).advance(105, false).stream()
            .map(one -> one.alert().name() + " " + one.change().kind())
            .toList(),
        contains("busy RESOLVED"));
  }
}
