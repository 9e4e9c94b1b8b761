package io.millrace.bench.baseline.flink;

/** A record that is no event, and why. */
public class DeadEvent {
  public KafkaEvent record;
  public String code;
  public String message;

  /** Without values, to be filled. */
  public DeadEvent() {}
}
