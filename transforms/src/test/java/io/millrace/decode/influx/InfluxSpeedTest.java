package io.millrace.decode.influx;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.decode.DecodeException;
import io.millrace.decode.RecordDecoder;
import io.millrace.decode.json.Decoding;
import io.millrace.event.Event;
import io.millrace.event.SourceRecord;
import io.millrace.measure.BestCpuTimes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What decoding costs for a point of about 150 bytes with 3 tags and 5 fields, beside a loop that
 * only looks at each byte, in one run. The bound is far from what is measured: it finds a problem
 * of a whole factor, not a slow machine.
 */
@Tag("both-compilers")
class InfluxSpeedTest {
  private static final int RECORDS = 50;
  private static final int POINTS = 20;
  private static final int PASSES = 25;
  private static final double BOUND = 40;

  @Test
  void besideALoopOverTheBytes() throws Exception {
    Contract shipped =
        ContractLoader.parse(Decoding.resource("contracts/telegraf-lines.yaml"), "c.yaml");
    measure("maps of tags and fields", shipped, 1);
    measure(
        "declared tags and fields",
        Points.contract(
            "",
            "json",
            "m: {path: measurement, type: string}",
            "s: {path: series, type: string}",
            "host: {path: tags.host, type: string}",
            "region: {path: tags.region, type: string}",
            "core: {path: tags.cpu, type: string}",
            "a: {path: fields.usage_idle, type: float64}",
            "b: {path: fields.usage_user, type: float64}",
            "c: {path: fields.usage_system, type: float64}",
            "d: {path: fields.interrupts, type: int64}",
            "e: {path: fields.online, type: boolean}"),
        1);
    measure("nothing declared", Points.contract("", "json", "s: {path: series, type: text}"), 1);
    measure(
        "an event for each field",
        Points.contract(
            "rows: field",
            "json",
            "s: {path: series, type: text}",
            "t: {path: tags, type: text}",
            "f: {path: field, type: string}",
            "v: {path: value, type: text}"),
        5);
  }

  private static void measure(String what, Contract contract, int events) throws Exception {
    RecordDecoder decoder = RecordDecoder.compile(contract, System::currentTimeMillis);
    Sum sums = new Sum();
    List<SourceRecord> records = records();
    int points = RECORDS * POINTS * PASSES;
    long[] best =
        BestCpuTimes.of(
            times -> times[1] < BOUND * events * times[0],
            () -> {
              for (int pass = 0; pass < PASSES; pass++) {
                sums.identities += hashes(records);
              }
            },
            () -> {
              sums.events = 0;
              for (int pass = 0; pass < PASSES; pass++) {
                for (SourceRecord record : records) {
                  decoder.decode(record, sums);
                }
              }
            });
    assertTrue(sums.events == (long) points * events, "events of all fields or points");
    double ratio = (double) best[1] / best[0];
    System.out.printf(
        Locale.ROOT,
        "%s, %d bytes: decode %d ns a point, byte loop %d ns, ratio %.1f (%d)%n",
        what,
        records.get(0).value().length / POINTS,
        best[1] / points,
        best[0] / points,
        ratio,
        sums.identities & 1);
    assertTrue(ratio < BOUND * events, "decoding takes " + ratio + " times a loop over the bytes");
  }

  /** Uses each event, so that none can be left out. */
  private static final class Sum implements RecordDecoder.Receiver {
    private long identities;
    private long events;

    @Override
    public void event(Event event) {
      events++;
      identities += event.identityLow();
    }

    @Override
    public void dead(DecodeException reason, SourceRecord element) {
      throw new AssertionError(reason);
    }
  }

  private static long hashes(List<SourceRecord> records) {
    long sum = 0;
    for (SourceRecord record : records) {
      int hash = 0;
      for (byte b : record.value()) {
        hash = 31 * hash + b;
      }
      sum += hash;
    }
    return sum;
  }

  private static List<SourceRecord> records() {
    Random random = new Random(1);
    List<SourceRecord> records = new ArrayList<>();
    for (int i = 0; i < RECORDS; i++) {
      StringBuilder lines = new StringBuilder();
      for (int n = 0; n < POINTS; n++) {
        lines.append(
            String.format(
                Locale.ROOT,
                "cpu,host=server%02d,region=eu-west,cpu=cpu%d usage_idle=%.6f,usage_user=%.6f,"
                    + "usage_system=%.4f,interrupts=%di,online=true %d%n",
                random.nextInt(100),
                random.nextInt(8),
                random.nextDouble() * 100,
                random.nextDouble() * 10,
                random.nextDouble() * 10,
                random.nextInt(1_000_000),
                1_772_366_400_000_000_000L + random.nextInt(1_000_000_000)));
      }
      records.add(Points.record(Points.utf8(lines.toString())));
    }
    return records;
  }
}
