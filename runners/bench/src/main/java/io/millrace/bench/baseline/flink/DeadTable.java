package io.millrace.bench.baseline.flink;

import io.millrace.bench.baseline.RowBytes;
import java.util.List;

/** The dead-letter table: columns and rows. */
final class DeadTable {
  static final String NAME = "dead_letters";

  static final List<String> COLUMNS =
      List.of(
          "topic",
          "partition",
          "offset",
          "key",
          "value",
          "headers",
          "code",
          "message",
          "stage",
          "contract",
          "contract_version",
          "consumer",
          "record_time",
          "first_seen",
          "attempt");

  private DeadTable() {}

  static void write(DeadEvent dead, RowBytes out) {
    KafkaEvent record = dead.record;
    out.writeString(record.topic);
    out.writeInt(record.partition);
    out.writeLong(record.offset);
    out.writeNullable(record.key);
    out.writeNullable(record.value);
    out.writeEncoded(record.headers);
    out.writeString(dead.code);
    out.writeString(dead.message);
    out.writeString("DecodeRecord");
    out.writeString("query-events");
    out.writeInt(1);
    out.writeString("native");
    out.writeLong(record.recordTime);
    out.writeLong(System.currentTimeMillis());
    out.writeInt(1);
  }
}
