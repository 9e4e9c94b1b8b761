package io.millrace.transforms;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.millrace.contract.yaml.ContractLoader;
import org.junit.jupiter.api.Test;

class TimeUnitWarningTest {
  private static final long NOW = 1_772_366_400_000L;

  private static TimeUnitWarning times(String format) {
    return new TimeUnitWarning(
        ContractLoader.parse(
            """
            contract: small
            version: 1
            format: json
            fields:
              id: {type: string, required: true}
              at: {type: timestamp, required: true, format: %s}
            event_time: {field: at}
            identity: [id, at]
            unknown_fields: {column: extra, as: json}
            tables:
              normal: {name: small}
            """
                .formatted(format),
            "small.yaml"));
  }

  @Test
  void warnsOncePerMinuteOfSecondsReadAsMilliseconds() {
    TimeUnitWarning times = times("epoch_ms");
    long january1970 = NOW / 1000;

    assertEquals(
        "`at` of 1 events is far from the present. The values look like epoch_s, but the contract"
            + " declares epoch_ms. Check `format` of the field in the contract.",
        times.warning(january1970, NOW));
    assertNull(times.warning(january1970, NOW + 59_999));
    assertEquals(
        "`at` of 3 events is far from the present. The values look like epoch_s, but the contract"
            + " declares epoch_ms. Check `format` of the field in the contract.",
        times.warning(january1970, NOW + 60_000));
  }

  @Test
  void doesNotWarnOfAnOldTimeThatNoUnitExplains() {
    assertNull(times("epoch_ms").warning(0, NOW));
    assertNull(times("epoch_ms").warning(-86_400_000L * 365 * 20, NOW));
    assertNull(times("iso8601").warning(NOW / 1000, NOW));
    assertNull(times("epoch_ms").warning(NOW, NOW));
  }
}
