package io.millrace.decode.csv;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.contract.yaml.ContractLoader;
import io.millrace.decode.DecodeException;
import io.millrace.decode.RecordDecoder;
import io.millrace.event.Event;
import io.millrace.event.SourceRecord;
import io.millrace.measure.BestCpuTimes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The cost of a line beside that of the same event as a line of JSON, in one run. The bound is far
 * from what is measured: it finds a problem of a whole factor, not a slow machine.
 */
@Tag("both-compilers")
class CsvSpeedTest {
  private static final int LINES = 2_000;
  private static final int PASSES = 10;
  private static final double BOUND = 1;

  private static final String CONTRACT =
      """
      contract: c
      version: 1
      format: %s
      fields:
        at: {type: timestamp, required: true}
        id: {type: int64, required: true}
        host: {type: string}
        service: {type: string}
        status: {type: int32}
        duration: {type: float64}
        ok: {type: boolean}
        message: {type: string}
        region: {type: string}
        bytes: {type: int64}
      event_time: {field: at}
      identity: [id, at]
      unknown_fields: {column: extra, as: json}
      tables: {normal: {name: t}}
      """;

  private static final String[] NAMES = {
    "at", "id", "host", "service", "status", "duration", "ok", "message", "region", "bytes"
  };

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

  private static List<String[]> rows() {
    Random random = new Random(3);
    List<String[]> rows = new ArrayList<>();
    for (int i = 0; i < LINES; i++) {
      rows.add(
          new String[] {
            "2026-03-01T10:%02d:%02d.%03dZ"
                .formatted(random.nextInt(60), random.nextInt(60), random.nextInt(1000)),
            Long.toString(random.nextLong() >>> 20),
            "host-" + random.nextInt(1000) + ".example.com",
            "checkout",
            Integer.toString(200 + random.nextInt(300)),
            random.nextInt(1000) + "." + (1 + random.nextInt(9)),
            "true",
            "request " + random.nextInt(100_000) + " has been answered in time, ok",
            "eu-west-1",
            Integer.toString(random.nextInt(1_000_000))
          });
    }
    return rows;
  }

  private static String csv(List<String[]> rows) {
    StringBuilder text = new StringBuilder(String.join(",", NAMES)).append('\n');
    for (String[] row : rows) {
      for (int i = 0; i < row.length; i++) {
        text.append(i == 0 ? "" : ",").append(i == 7 ? "\"" + row[i] + "\"" : row[i]);
      }
      text.append('\n');
    }
    return text.toString();
  }

  private static String json(List<String[]> rows) {
    StringBuilder text = new StringBuilder();
    for (String[] row : rows) {
      for (int i = 0; i < row.length; i++) {
        boolean isText = i == 0 || i == 2 || i == 3 || i == 7 || i == 8;
        text.append(i == 0 ? '{' : ',').append('"').append(NAMES[i]).append("\":");
        text.append(isText ? "\"" + row[i] + "\"" : row[i]);
      }
      text.append("}\n");
    }
    return text.toString();
  }

  private static void decode(RecordDecoder decoder, SourceRecord record, Sum sum)
      throws DecodeException {
    for (int pass = 0; pass < PASSES; pass++) {
      decoder.decode(record, sum);
    }
  }

  @Test
  void besideTheSameLinesOfJson() throws Exception {
    RecordDecoder csv = decoder("{type: csv, header: true}");
    RecordDecoder json = decoder("json\nevents: lines");
    List<String[]> rows = rows();
    SourceRecord csvRecord = CsvDecoding.record(csv(rows).getBytes(StandardCharsets.UTF_8));
    SourceRecord jsonRecord = CsvDecoding.record(json(rows).getBytes(StandardCharsets.UTF_8));
    Sum sum = new Sum();
    long[] best =
        BestCpuTimes.of(
            times -> times[0] < BOUND * times[1],
            () -> decode(csv, csvRecord, sum),
            () -> decode(json, jsonRecord, sum));
    double ratio = (double) best[0] / best[1];
    System.out.printf(
        "csv %d ns a line of %d bytes, json %d ns a line of %d bytes, ratio %.2f (%d)%n",
        best[0] / (LINES * PASSES),
        csvRecord.value().length / LINES,
        best[1] / (LINES * PASSES),
        jsonRecord.value().length / LINES,
        ratio,
        sum.identities & 1);
    assertTrue(ratio < BOUND, "a line takes " + ratio + " times that of JSON");
  }

  private static RecordDecoder decoder(String format) {
    return RecordDecoder.compile(
        ContractLoader.parse(CONTRACT.formatted(format), "c.yaml"), () -> CsvDecoding.TIME);
  }
}
