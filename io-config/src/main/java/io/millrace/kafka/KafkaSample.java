package io.millrace.kafka;

import io.millrace.event.SourceRecord;
import io.millrace.io.SampleLimits;
import io.millrace.io.SourceException;
import io.millrace.kafka.consume.OffsetSpan;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Reads the newest records of each partition. Joins no consumer group and commits nothing.
 *
 * <p>A partition whose newest offsets hold no record, such as the marks of transactions, gives
 * fewer records.
 */
record KafkaSample(KafkaAddress address, SampleLimits limits) {
  /**
   * The records, partition by partition.
   *
   * @throws SourceException in one line for each problem
   */
  List<SourceRecord> read() {
    long deadline = System.nanoTime() + limits.time().toNanos();
    List<String> problems = KafkaPreflight.check(address, new HashMap<>());
    if (!problems.isEmpty()) {
      throw new SourceException(String.join("\n", problems), null);
    }
    KafkaLog log = new KafkaLog(address);
    List<OffsetSpan> spans = log.spans(null, null);
    if (spans.isEmpty()) {
      return List.of();
    }
    int share = Math.max(1, limits.records() / spans.size());
    List<OffsetSpan> newest = new ArrayList<>();
    for (OffsetSpan span : spans) {
      newest.add(span.part(Math.max(span.from(), span.to() - share), span.to()));
    }
    List<SourceRecord> records = new ArrayList<>();
    long[] bytes = {0};
    BooleanSupplier more =
        () ->
            records.size() < limits.records()
                && bytes[0] < limits.bytes()
                && System.nanoTime() < deadline;
    log.read(
        newest,
        (span, record) -> {
          byte[] value = record.value();
          bytes[0] += value == null ? 0 : value.length;
          records.add(
              new SourceRecord(
                  record.topic(),
                  record.partition(),
                  record.offset(),
                  record.key(),
                  value,
                  List.of(),
                  record.timestamp(),
                  record.timestamp()));
          return more.getAsBoolean();
        },
        more);
    return records;
  }
}
