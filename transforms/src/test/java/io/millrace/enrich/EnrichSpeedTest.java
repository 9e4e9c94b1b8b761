package io.millrace.enrich;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.decode.DecodeException;
import io.millrace.decode.RecordDecoder;
import io.millrace.event.Event;
import io.millrace.event.SourceRecord;
import io.millrace.measure.BestCpuTimes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a look-up and derived columns cost, beside the decoding of a small event, in one run. The
 * bound is far from what is measured: it finds that something common is no longer compiled.
 */
@Tag("both-compilers")
class EnrichSpeedTest {
  private static final int EVENTS = 20_000;
  private static final double BOUND = 2;

  @TempDir private Path directory;
  private long sum;

  @Test
  void enrichingBesideDecoding() throws Exception {
    StringBuilder users = new StringBuilder("user,country\n");
    for (int i = 0; i < 10_000; i++) {
      users.append("u").append(i).append(i % 2 == 0 ? ",DE\n" : ",FR\n");
    }
    Contract contract =
        ContractLoader.parse(
            """
            contract: c
            fields:
              at: {type: timestamp, required: true}
              id: {type: int64, required: true}
              user: {type: string}
              path: {type: string}
              ms: {type: int64}
            event_time: {field: at}
            identity: [at, id]
            lookups:
              users: {from: %s, key: user, columns: {country: {low_cardinality: true}}}
            derive:
              seconds: double(ms) / 1000.0
              speed: "ms > 500 ? 'slow' : 'fast'"
              place: "country + path.lowerAscii()"
            """
                .formatted(
                    Files.writeString(directory.resolve("users.csv"), users.toString()).toUri()),
            "c.yaml");
    RecordDecoder decoder = RecordDecoder.compile(contract, () -> 0);
    List<SourceRecord> records = new ArrayList<>();
    for (int i = 0; i < EVENTS; i++) {
      String json =
          "{\"at\":\"2026-03-01T10:00:00.123Z\",\"id\":%d,\"user\":\"u%d\",\"path\":\"/Cart\",\"ms\":%d}"
              .formatted(i, i % 10_000, i % 1_000);
      records.add(new SourceRecord("t", 0, i, null, json.getBytes(UTF_8), List.of(), 0, 0));
    }
    long[] best;
    List<Event> events = new ArrayList<>();
    try (EventEnricher enricher = EventEnricher.withoutMetrics(contract)) {
      best =
          BestCpuTimes.of(
              times -> times[1] < BOUND * times[0],
              () -> {
                events.clear();
                decode(decoder, records, events);
              },
              () -> {
                for (Event event : events) {
                  sum += enricher.enrich(event).values().raw(5) == null ? 0 : 1;
                }
              });
    }
    long decoding = best[0];
    long enriching = best[1];
    System.out.printf(
        "one look-up and three derived columns: %d ns an event; decoding it: %d ns (%d)%n",
        enriching / EVENTS, decoding / EVENTS, sum & 1);
    assertTrue(
        enriching < BOUND * decoding, enriching + " ns of CPU, decoding takes " + decoding + " ns");
  }

  private static void decode(RecordDecoder decoder, List<SourceRecord> records, List<Event> events)
      throws DecodeException {
    RecordDecoder.Receiver receiver =
        new RecordDecoder.Receiver() {
          @Override
          public void event(Event event) {
            events.add(event);
          }

          @Override
          public void dead(DecodeException reason, SourceRecord element) {
            throw new AssertionError(reason);
          }
        };
    for (SourceRecord record : records) {
      int unused = decoder.decode(record, receiver);
    }
  }
}
