package io.millrace.redact;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.Event;
import io.millrace.measure.BestCpuTimes;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What redaction costs, beside decoding, in one run. The bounds are far from what is measured: they
 * find that something is no longer skipped, not a slow machine.
 */
@Tag("both-compilers")
class RedactionSpeedTest {
  private static final int PASSES = 5_000;
  private static final double BOUND = 2;

  private static final String FIELDS =
      """
      contract: c
      fields:
        id: {type: string, required: true}
        at: {type: timestamp, required: true}
        email: {path: user.email, type: string}
        phone: {path: user.phone, type: string}
        kind: {type: string}
        page: {path: page.url, type: string}
        ms: {type: int64}
        payload: {type: json}
      event_time: {field: at}
      identity: [id, at]
      """;

  private int seen;

  private static String event() {
    return "{\"id\":\"7b1f6f0e-1\",\"at\":\"2026-03-01T10:00:00.123Z\",\"kind\":\"page_view\",\"ms\":12,"
        + "\"user\":{\"email\":\"jane.doe@example.com\",\"phone\":\"+49 170 1234567\",\"id\":\"u-77\"},"
        + "\"page\":{\"url\":\"/products/list\",\"title\":\"All products of the shop\"},\"payload\":{\"a\":[1,2,3],"
        + "\"text\":\""
        + "some longer text of a statement; ".repeat(24)
        + "\",\"flags\":{\"new\":true,\"old\":false}},\"session\":\"s-4711\"}";
  }

  @Test
  void besideDecoding() throws Exception {
    Redacting rules =
        new Redacting(
            FIELDS
                + "redact:\n"
                + "  - {field: email, do: hash, key: 'env:REDACT_KEY'}\n"
                + "  - {field: phone, do: mask, keep: 4}\n"
                + "  - {path: user.id, do: remove}\n");
    Redacting patterns =
        new Redacting(
            FIELDS
                + "redact:\n"
                + "  - {pattern: '[\\w.+-]+@[\\w-]+\\.[\\w.]+', do: mask, key: 'env:REDACT_KEY'}\n");
    Redacting digits =
        new Redacting(
            FIELDS + "redact:\n  - {pattern: '\\d{5,}', do: mask, key: 'env:REDACT_KEY'}\n");
    String event = event();
    System.out.printf("an event of %d bytes%n", event.getBytes(UTF_8).length);
    Event decoded = rules.decoded(Redacting.record(event)).get(0);
    Redacting masks =
        new Redacting(
            FIELDS
                + "redact:\n"
                + "  - {field: email, do: mask}\n"
                + "  - {field: phone, do: mask, keep: 4}\n"
                + "  - {path: user.id, do: remove}\n");
    long[] best =
        BestCpuTimes.of(
            times -> times[1] < BOUND * times[0],
            passes(() -> seen += rules.decoded(Redacting.record(event)).size()),
            passes(() -> seen += redact(rules, decoded)),
            passes(() -> seen += redact(masks, decoded)),
            passes(() -> seen += redact(patterns, decoded)),
            passes(() -> seen += redact(digits, decoded)));
    System.out.printf(
        "decoding %d ns, three rules %d ns, masks %d ns, a pattern with @ %d ns, a pattern of digits"
            + " %d ns (%d)%n",
        best[0] / PASSES,
        best[1] / PASSES,
        best[2] / PASSES,
        best[3] / PASSES,
        best[4] / PASSES,
        seen & 1);
    assertTrue(best[1] < BOUND * best[0], "three rules take " + best[1] + ", decoding " + best[0]);
  }

  private static int redact(Redacting redacting, Event event) {
    return redacting.redactor.redact(event).origin().value().length;
  }

  private static BestCpuTimes.Work passes(Runnable work) {
    return () -> {
      for (int pass = 0; pass < PASSES; pass++) {
        work.run();
      }
    };
  }
}
