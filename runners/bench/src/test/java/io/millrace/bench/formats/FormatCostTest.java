package io.millrace.bench.formats;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.lessThan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.clickhouse.encoding.InvalidRowException;
import io.millrace.clickhouse.encoding.TableRowWriter;
import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.decode.DecodeException;
import io.millrace.decode.RecordDecoder;
import io.millrace.event.Event;
import io.millrace.event.EventCoder;
import io.millrace.event.RowBuffer;
import io.millrace.event.SourceRecord;
import io.millrace.testdata.generate.EventGenerator;
import io.millrace.testdata.generate.GeneratorOptions;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * What an event costs in each format without a pipeline, in one thread: decoding, the coder of the
 * shuffle in both directions, and the row. The rounds of all formats alternate, so that what else
 * the machine does reaches all of them.
 *
 * <p>The bound of bytes is exact: a text is not sent a second time beside its record. That of time
 * is far from what is measured.
 */
class FormatCostTest {
  private static final int EVENTS = 1_000;
  private static final int ROUNDS = 60;
  private static final long TIME = 1_772_359_200_000L;
  private static final int LEAST_BYTES = 1_000;
  private static final int MOST_BYTES = 1_300;

  /** Position, identity and times of an event, the places of its texts, and other values. */
  private static final int MOST_BYTES_BESIDE_THE_RECORD = 450;

  private static final double MOST_TIMES_JSON = 2;

  @Test
  void besideJson() throws Exception {
    List<EventFormat> formats =
        List.of(
            EventFormat.JSON, EventFormat.JSON_ARRAY, EventFormat.INFLUX, EventFormat.OTLP_LOGS);
    List<JsonNode> all = events();
    Map<EventFormat, Work> works = new EnumMap<>(EventFormat.class);
    Map<EventFormat, long[]> nanos = new EnumMap<>(EventFormat.class);
    for (EventFormat format : formats) {
      works.put(format, new Work(format, all));
      nanos.put(format, new long[ROUNDS]);
    }
    for (int round = 0; round < ROUNDS; round++) {
      for (EventFormat format : formats) {
        nanos.get(format)[round] = works.get(format).run();
      }
    }
    double json = median(nanos.get(EventFormat.JSON));
    for (EventFormat format : formats) {
      Work work = works.get(format);
      double ratio = median(nanos.get(format)) / json;
      System.out.printf(
          "%s: %.0f ns an event, %.2f of JSON; %d bytes, %d in the shuffle (%d)%n",
          format.label(),
          median(nanos.get(format)) / EVENTS,
          ratio,
          work.recordBytes / EVENTS,
          work.encodedBytes / EVENTS,
          work.sum & 1);
      assertThat(
          format.label(),
          work.encodedBytes / EVENTS,
          lessThan(work.recordBytes / EVENTS + MOST_BYTES_BESIDE_THE_RECORD));
      assertThat(format.label(), ratio, lessThan(MOST_TIMES_JSON));
    }
  }

  /** Valid events of about the same size. */
  private static List<JsonNode> events() throws IOException {
    EventGenerator generator =
        new EventGenerator(
            GeneratorOptions.builder()
                .count(Long.MAX_VALUE)
                .seed(42)
                .duplicates(0)
                .late(0)
                .errors(0)
                .malformed(0)
                .build(),
            1,
            () -> TIME);
    ObjectMapper json = new ObjectMapper();
    List<JsonNode> events = new ArrayList<>();
    while (events.size() < EVENTS) {
      byte[] value = generator.next().value();
      if (value != null && value.length >= LEAST_BYTES && value.length <= MOST_BYTES) {
        events.add(json.readTree(value));
      }
    }
    return events;
  }

  /** Without the rounds in which the code is not compiled yet. */
  private static double median(long[] rounds) {
    long[] later = Arrays.copyOfRange(rounds, rounds.length / 2, rounds.length);
    Arrays.sort(later);
    return later[later.length / 2];
  }

  /** The work for the same events in one format. */
  private static final class Work implements RecordDecoder.Receiver {
    private final List<SourceRecord> records = new ArrayList<>();
    private final List<Event> events = new ArrayList<>();
    private final RecordDecoder decoder;
    private final EventCoder coder;
    private final TableRowWriter writer;
    private final RowBuffer rows = new RowBuffer(1 << 20);
    private long recordBytes;
    private long encodedBytes;
    private long sum;

    Work(EventFormat format, List<JsonNode> all) {
      Contract contract = ContractLoader.parse(format.contract(queryEvents()), "events.yaml");
      decoder = RecordDecoder.compile(contract, System::currentTimeMillis);
      coder = EventCoder.of(contract.schema());
      writer = TableRowWriter.of(contract.tables().normal());
      for (int from = 0; from < EVENTS; from += format.perRecord()) {
        byte[] record = format.record(all.subList(from, from + format.perRecord()));
        recordBytes += record.length;
        records.add(
            new SourceRecord("events", 0, records.size(), null, record, List.of(), TIME, TIME));
      }
    }

    private static String queryEvents() {
      try (InputStream in =
          FormatCostTest.class.getResourceAsStream("/contracts/query-events.yaml")) {
        if (in == null) {
          throw new IllegalStateException("no contract of the query events");
        }
        String all = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        return all.substring(0, all.indexOf("\nrollups:") + 1);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void event(Event event) {
      events.add(event);
    }

    @Override
    public void dead(DecodeException reason, SourceRecord element) {
      throw new AssertionError(reason);
    }

    /** Nanoseconds of this thread's CPU. */
    long run() throws DecodeException, IOException, InvalidRowException {
      long begin = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
      encodedBytes = 0;
      ByteArrayOutputStream shuffle = new ByteArrayOutputStream(1 << 18);
      for (SourceRecord record : records) {
        decoder.decode(record, this);
        if (events.size() >= 100) {
          shuffle(shuffle);
        }
      }
      return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - begin;
    }

    private void shuffle(ByteArrayOutputStream shuffle) throws IOException, InvalidRowException {
      for (Event event : events) {
        coder.encode(event, shuffle);
      }
      encodedBytes += shuffle.size();
      InputStream in = new ByteArrayInputStream(shuffle.toByteArray());
      for (int i = 0; i < events.size(); i++) {
        Event event = coder.decode(in);
        sum += event.identityLow();
        writer.write(event.values(), rows);
      }
      rows.clear();
      events.clear();
      shuffle.reset();
    }
  }
}
