package io.millrace.bench.baseline.flink;

/** A Kafka record with its metadata. A bean for Flink's POJO serializer. */
public class KafkaEvent {
  public String topic;
  public int partition;
  public long offset;
  public byte[] key;
  public byte[] value;

  /** The headers as a RowBinary Map, for dead letters. */
  public byte[] headers;

  public long recordTime;

  /** The partition's watermark when the record arrived. */
  public long watermark;

  /** A record without values, to be filled. */
  public KafkaEvent() {}
}
