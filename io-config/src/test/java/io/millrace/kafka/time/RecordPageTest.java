package io.millrace.kafka.time;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;

import io.millrace.event.SourceRecord;
import io.millrace.event.SourceRecord.Header;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.beam.sdk.io.kafka.KafkaRecord;
import org.apache.beam.sdk.io.kafka.KafkaTimestampType;
import org.apache.beam.sdk.io.kafka.TimestampPolicy.PartitionContext;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.checkerframework.checker.nullness.qual.Nullable;
import org.joda.time.Duration;
import org.joda.time.Instant;
import org.junit.jupiter.api.Test;

class RecordPageTest {
  private static final long NOW = 1_772_359_200_000L;
  private static final long BOUND = 10_000;

  private static byte @Nullable [] bytes(@Nullable String text) {
    return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
  }

  private static ConsumerRecord<byte[], byte[]> record(
      long offset, long time, @Nullable String key, @Nullable String value) {
    return new ConsumerRecord<>(
        "t",
        3,
        offset,
        time,
        TimestampType.CREATE_TIME,
        -1,
        -1,
        bytes(key),
        bytes(value),
        new RecordHeaders(),
        Optional.empty());
  }

  private static List<SourceRecord> unpack(byte[] page, long watermark) {
    List<SourceRecord> records = new ArrayList<>();
    RecordPage.of(page).unpack("t", 3, new PartitionWatermark(BOUND, watermark), records::add);
    return records;
  }

  private static ConsumerRecord<byte[], byte[]> pack(List<ConsumerRecord<byte[], byte[]>> records) {
    return RecordPage.pack(records, NOW, new PartitionClock(0), new RecordTimes(null));
  }

  @Test
  void keepsEverythingOfItsRecords() {
    ConsumerRecord<byte[], byte[]> full = record(7, NOW - 5, "k", "päyload");
    full.headers().add("twice", bytes("1"));
    full.headers().add("twice", null);
    ConsumerRecord<byte[], byte[]> page =
        pack(List.of(full, record(9, NOW - 7, null, null), record(12, NOW - 3, "", "")));
    assertThat(page.offset(), is(12L));
    assertThat(page.partition(), is(3));
    long watermark = NOW - 60_000;
    assertThat(
        unpack(page.value(), watermark),
        contains(
            new SourceRecord(
                "t",
                3,
                7,
                bytes("k"),
                bytes("päyload"),
                List.of(new Header("twice", bytes("1")), new Header("twice", null)),
                NOW - 5,
                NOW - 5 - BOUND),
            new SourceRecord("t", 3, 9, null, null, List.of(), NOW - 7, NOW - 7 - BOUND),
            new SourceRecord(
                "t", 3, 12, bytes(""), bytes(""), List.of(), NOW - 3, NOW - 7 - BOUND)));
  }

  @Test
  void noRecordArrivesBeforeTheWatermarkOfThePage() {
    byte[] page = pack(List.of(record(7, NOW, null, "v"), record(8, NOW - 9, null, "v"))).value();
    long watermark = NOW - BOUND - 3;
    assertThat(
        unpack(page, watermark).stream().map(SourceRecord::arrivalWatermarkMillis).toList(),
        contains(NOW - BOUND, watermark));
  }

  @Test
  void aRecordWithoutATimeHasThatOfTheRecordBefore() {
    byte[] page =
        pack(List.of(record(1, -1, null, "v"), record(2, NOW, null, "v"), record(3, -1, null, "v")))
            .value();
    assertThat(
        unpack(page, PartitionWatermark.UNKNOWN).stream()
            .map(SourceRecord::recordTimeMillis)
            .toList(),
        contains(0L, NOW, NOW));
  }

  /** Pages are a matter of speed: what a record arrives at must not depend on them. */
  @Test
  void recordsArriveAtTheSameWatermarkHoweverTheyArePaged() {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    long[] jumps = {0, -20_000, 500, 3_600_000, 1_000, -7};
    for (int i = 0; i < 1900; i++) {
      records.add(record(i, NOW - 1_900_000 + i * 1000L + jumps[i % jumps.length], null, "v"));
    }
    List<Long> one = arrivals(records, 1);
    assertThat(arrivals(records, 50), equalTo(one));
    assertThat(arrivals(records, 7), equalTo(one));
    assertThat(arrivals(records, 1900), equalTo(one));
  }

  /** Through the policy and the unpacking, as the reader does; resumed after each page. */
  private static List<Long> arrivals(List<ConsumerRecord<byte[], byte[]>> records, int size) {
    List<Long> arrivals = new ArrayList<>();
    PartitionContext context =
        new PartitionContext() {
          @Override
          public long getMessageBacklog() {
            return 1;
          }

          @Override
          public Instant getBacklogCheckTime() {
            return Instant.ofEpochMilli(NOW);
          }
        };
    Optional<Instant> watermark = Optional.empty();
    PartitionClock clock = new PartitionClock(0);
    for (int i = 0; i < records.size(); i += size) {
      ConsumerRecord<byte[], byte[]> page =
          RecordPage.pack(
              records.subList(i, Math.min(records.size(), i + size)),
              NOW,
              clock,
              new RecordTimes(null));
      RecordTimePolicy policy = new RecordTimePolicy(Duration.millis(BOUND), watermark);
      Instant timestamp =
          policy.getTimestampForRecord(
              context,
              new KafkaRecord<>(
                  "t",
                  3,
                  page.offset(),
                  page.timestamp(),
                  KafkaTimestampType.NO_TIMESTAMP_TYPE,
                  null,
                  null,
                  page.value()));
      watermark = Optional.of(policy.getWatermark(context));
      unpack(page.value(), timestamp.getMillis())
          .forEach(record -> arrivals.add(record.arrivalWatermarkMillis()));
    }
    return arrivals;
  }
}
