package io.millrace.bench.baseline.flink;

/** A malformed record with its error. */
public class DeadEvent {
  public KafkaEvent record;
  public String code;
  public String message;

  /** Without values, to be filled. */
  public DeadEvent() {}
}
