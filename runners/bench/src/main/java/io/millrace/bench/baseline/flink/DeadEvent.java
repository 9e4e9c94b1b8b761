package io.millrace.bench.baseline.flink;

import io.millrace.bench.baseline.RowBytes;
import java.util.List;

/** A malformed record with its error, for the dead-letter table. */
public class DeadEvent {
  static final String TABLE = "dead_letters";

  static final List<String> COLUMNS =
      List.of(
          ("topic partition offset key value headers code message stage contract contract_version"
                  + " consumer record_time first_seen attempt")
              .split(" ", -1));

  public KafkaEvent record;
  public String code;
  public String message;

  /** Without values, to be filled. */
  public DeadEvent() {}

  /** Writes it as a row. */
  void write(RowBytes out) {
    out.writeString(record.topic);
    out.writeInt(record.partition);
    out.writeLong(record.offset);
    out.writeNullable(record.key);
    out.writeNullable(record.value);
    out.writeEncoded(record.headers);
    out.writeString(code);
    out.writeString(message);
    out.writeString("DecodeRecord");
    out.writeString("query-events");
    out.writeInt(1);
    out.writeString("native");
    out.writeLong(record.recordTime);
    out.writeLong(System.currentTimeMillis());
    out.writeInt(1);
  }
}
