package io.millrace.testdata.generate;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.both;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.lessThanOrEqualTo;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.testdata.manifest.ManifestEntry;
import io.millrace.testdata.manifest.ManifestTotals;
import io.millrace.testdata.manifest.Outcome;
import io.millrace.testdata.sink.GeneratedRecord;
import io.millrace.testdata.sink.MalformedKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class MalformedEventsTest {
  private static List<GeneratedRecord> dead;

  @BeforeAll
  static void generate() {
    GeneratorOptions options =
        GeneratorOptions.builder()
            .count(12_000)
            .duplicates(0)
            .late(0)
            .errors(0)
            .malformed(1)
            .build();
    dead = Generated.records(options);
  }

  @Test
  void eachHasExactlyItsFault() throws IOException {
    for (GeneratedRecord record : dead) {
      assertThat(
          "record " + record.entry().n() + tail(record.value()),
          StrictDecoder.faults(record.value()),
          is(Set.of(record.entry().code())));
    }
  }

  private static String tail(byte[] value) {
    return value == null
        ? ""
        : " that ends in "
            + new String(
                value,
                Math.max(0, value.length - 60),
                Math.min(60, value.length),
                StandardCharsets.UTF_8);
  }

  @Test
  void allKindsOccurEquallyOftenExceptLargeOnes() {
    Map<String, Long> codes = Generated.totals(dead).deadCodes();
    assertThat(codes.size(), is(MalformedKind.values().length));
    for (MalformedKind kind : MalformedKind.values()) {
      double share = (double) codes.get(kind.code()) / dead.size();
      if (kind == MalformedKind.TOO_LARGE) {
        assertThat(share, both(greaterThan(0.02)).and(lessThanOrEqualTo(1.0 / 40)));
      } else {
        assertThat(kind.code(), share, both(greaterThan(0.055)).and(lessThan(0.075)));
      }
    }
  }

  @Test
  void emptyRecordsHaveNoBytesOrWhitespace() {
    assertThat(
        dead.stream()
            .filter(record -> "empty".equals(record.entry().code()))
            .map(record -> record.value().length == 0)
            .distinct()
            .toList(),
        containsInAnyOrder(true, false));
  }

  @Test
  void entriesOfDeadRecordsHaveNoEvent() {
    for (GeneratedRecord record : dead) {
      ManifestEntry entry = record.entry();
      assertThat(entry.outcome(), is(Outcome.DEAD));
      assertThat(entry.identity(), nullValue());
      assertThat(entry.rowSha256(), nullValue());
      assertThat(entry.sha256() == null, is(record.value() == null));
      assertThat(entry.bytes(), is(record.value() == null ? 0 : record.value().length));
    }
  }

  @Test
  void someAreDuplicated() {
    long distinct =
        dead.stream()
            .map(record -> new String(record.key(), StandardCharsets.UTF_8))
            .distinct()
            .count();
    assertThat((double) distinct / dead.size(), both(greaterThan(0.92)).and(lessThan(0.98)));
  }

  @Test
  void generatesOnlyTheAllowedKinds() {
    GeneratorOptions options = Generated.mixed(3000).build();
    Set<MalformedKind> allowed = EnumSet.of(MalformedKind.TRUNCATED, MalformedKind.WRONG_TYPE);
    EventGenerator generator = new EventGenerator(options, 1, allowed, Generated.clock());
    ManifestTotals.Counter counter = new ManifestTotals.Counter();
    generator.forEachRemaining(record -> counter.add(record.entry()));
    assertThat(
        counter.totals(0, true).deadCodes().keySet(),
        containsInAnyOrder("truncated", "wrong_type"));
  }

  @Test
  void rejectsMalformedRecordsWithoutAllowedKinds() {
    GeneratorOptions options = Generated.mixed(10).build();
    Set<MalformedKind> none = EnumSet.noneOf(MalformedKind.class);
    assertThrows(
        IllegalArgumentException.class,
        () -> new EventGenerator(options, 1, none, Generated.clock()));
  }
}
