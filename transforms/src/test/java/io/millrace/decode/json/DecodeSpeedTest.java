package io.millrace.decode.json;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import io.millrace.decode.DecodeException;
import io.millrace.decode.RecordDecoder;
import io.millrace.event.Event;
import io.millrace.event.SourceRecord;
import io.millrace.measure.BestCpuTimes;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Decoding's cost beside a loop that only passes over the tokens, in one run. The bound is far from
 * what is measured: it finds a problem of a whole factor, not a slow machine.
 */
@Tag("both-compilers")
class DecodeSpeedTest {
  private static final int EVENTS = 500;
  private static final int PASSES = 40;
  private static final double BOUND = 8;

  private long sum;

  @Test
  void besideATokenLoop() throws Exception {
    Decoding decoding = Decoding.shipped("query-events");
    RecordDecoder decoder = RecordDecoder.compile(decoding.contract, System::currentTimeMillis);
    Sum sums = new Sum();
    for (boolean objects : new boolean[] {false, true}) {
      List<SourceRecord> records = records(objects);
      long[] best =
          BestCpuTimes.of(
              times -> times[1] < BOUND * times[0],
              () -> {
                for (int pass = 0; pass < PASSES; pass++) {
                  sum += tokens(records);
                }
              },
              () -> {
                for (int pass = 0; pass < PASSES; pass++) {
                  for (SourceRecord record : records) {
                    decoder.decode(record, sums);
                  }
                }
              });
      double ratio = (double) best[1] / best[0];
      System.out.printf(
          "payload %s, %d bytes: decode %d ns an event, token loop %d ns, ratio %.2f (%d)%n",
          objects ? "object" : "string",
          records.get(0).value().length,
          best[1] / (EVENTS * PASSES),
          best[0] / (EVENTS * PASSES),
          ratio,
          (sum + sums.identities) & 1);
      assertTrue(ratio < BOUND, "decoding takes " + ratio + " times a token loop");
    }
  }

  /** Uses each event, so that none can be left out. */
  private static final class Sum implements RecordDecoder.Receiver {
    private long identities;

    @Override
    public void event(Event event) {
      identities += event.identityLow();
    }

    @Override
    public void dead(DecodeException reason, SourceRecord element) {
      throw new AssertionError(reason);
    }
  }

  private static final JsonFactory FACTORY = new JsonFactory();

  private static long tokens(List<SourceRecord> records) throws Exception {
    long count = 0;
    for (SourceRecord record : records) {
      try (JsonParser parser = FACTORY.createParser(record.value())) {
        while (parser.nextToken() != null) {
          count++;
        }
      }
    }
    return count;
  }

  /** Query events of about one kilobyte. */
  private static List<SourceRecord> records(boolean objects) {
    Random random = new Random(1);
    List<SourceRecord> records = new ArrayList<>();
    for (int i = 0; i < EVENTS; i++) {
      StringBuilder query = new StringBuilder("SELECT ");
      while (query.length() < 330) {
        query.append("column_").append(random.nextInt(1000)).append(", ");
      }
      StringBuilder payload = new StringBuilder();
      for (int k = 0; k < 14; k++) {
        if (objects) {
          payload.append(k == 0 ? "" : ",").append("\"attribute_").append(k).append("\":");
          payload.append(k % 2 == 0 ? "\"value\"" : String.valueOf(random.nextInt()));
        } else {
          payload.append("stage ").append(random.nextInt(100_000)).append(" has been passed; ");
        }
      }
      String json =
          ("{\"query_id\":\"%s\",\"timestamp\":\"2026-03-01T10:%02d:%02d.%03dZ\","
                  + "\"event_type\":\"query_finished\",\"query_text\":\"%s\",\"metadata\":{"
                  + "\"user_id\":\"user%d\",\"database\":\"sales\",\"duration_ms\":%d,"
                  + "\"rows_affected\":%d},\"payload\":%s}")
              .formatted(
                  new UUID(random.nextLong(), random.nextLong()),
                  random.nextInt(60),
                  random.nextInt(60),
                  random.nextInt(1000),
                  query,
                  random.nextInt(1000),
                  random.nextInt(100_000),
                  random.nextInt(1_000_000),
                  objects ? "{" + payload + "}" : "\"" + payload + "\"");
      records.add(Decoding.record(Decoding.utf8(json)));
    }
    return records;
  }
}
