package io.millrace.bench.baseline.flink;

/** A record of Kafka with what belongs to it. A bean, as Flink's own serializer wants it. */
public class KafkaEvent {
  public String topic;
  public int partition;
  public long offset;
  public byte[] key;
  public byte[] value;

  /** The headers in RowBinary, as a Map: only dead letters need them, and rarely. */
  public byte[] headers;

  public long recordTime;

  /** Where the watermark of the partition stood when the record came. */
  public long watermark;

  /** A record without values, to be filled. */
  public KafkaEvent() {}
}
