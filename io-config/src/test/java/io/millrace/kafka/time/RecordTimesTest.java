package io.millrace.kafka.time;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.event.Packed;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

/** The time of a record that has none is that of its event. */
class RecordTimesTest {
  private static final Contract CONTRACT =
      ContractLoader.parse(
          """
          contract: c
          version: 1
          compression: header
          fields:
            at: {type: timestamp, format: epoch_ms, required: true}
          event_time: {field: at}
          identity: [at]
          unknown_fields: {column: extra, as: json}
          tables: {normal: {name: t}}
          """,
          "c.yaml");

  private static ConsumerRecord<byte[], byte[]> record(byte[] value, RecordHeaders headers) {
    return new ConsumerRecord<>(
        "t",
        0,
        7,
        ConsumerRecord.NO_TIMESTAMP,
        TimestampType.NO_TIMESTAMP_TYPE,
        0,
        value.length,
        null,
        value,
        headers,
        Optional.empty());
  }

  @Test
  void theHeadersSayHowTheEventIsCompressed() throws IOException {
    byte[] plain = "{\"at\":1772359200123}".getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream gzip = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(gzip)) {
      out.write(plain);
    }
    RecordHeaders headers = new RecordHeaders();
    headers.add("Content-Encoding", "gzip".getBytes(StandardCharsets.UTF_8));
    RecordTimes times = new RecordTimes(Packed.of(CONTRACT));

    assertThat(times.of(record(plain, new RecordHeaders())), is(1772359200123L));
    assertThat(times.of(record(gzip.toByteArray(), headers)), is(1772359200123L));
    assertThat(
        times.of(record(gzip.toByteArray(), new RecordHeaders())), is(PartitionClock.UNKNOWN));
  }
}
