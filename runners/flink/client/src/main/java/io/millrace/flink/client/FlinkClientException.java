package io.millrace.flink.client;

/** A Flink cluster cannot do what was asked. The message is one line: what, where, what to do. */
public final class FlinkClientException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public FlinkClientException(String message) {
    super(message);
  }

  public FlinkClientException(String message, Throwable cause) {
    super(message, cause);
  }
}
