package io.millrace.testdata.generate;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class IsoTimeTest {
  @Test
  void matchesTheParserOfJava() {
    SplittableRandom random = new SplittableRandom(3);
    long end = Instant.parse("2400-03-01T00:00:00Z").toEpochMilli();
    for (int i = 0; i < 50_000; i++) {
      long millis = random.nextLong(end);
      int offset = random.nextInt(-18 * 60, 18 * 60 + 1);
      String text = new String(IsoTime.json(millis, offset), StandardCharsets.US_ASCII);
      OffsetDateTime read = OffsetDateTime.parse(text.substring(1, text.length() - 1));
      assertThat(text, read.toInstant().toEpochMilli(), is(millis));
      assertThat(text, read.getOffset().getTotalSeconds(), is(offset * 60));
    }
  }

  @Test
  void alwaysHasMilliseconds() {
    long millis = Instant.parse("2026-03-01T10:00:00Z").toEpochMilli();
    assertThat(
        new String(IsoTime.json(millis, 0), StandardCharsets.US_ASCII),
        is("\"2026-03-01T10:00:00.000Z\""));
    assertThat(
        new String(IsoTime.json(millis, -330), StandardCharsets.US_ASCII),
        is("\"2026-03-01T04:30:00.000-05:30\""));
  }
}
