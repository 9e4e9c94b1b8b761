package io.millrace.flink.client;

/** A Flink cluster cannot perform a request. The message says what, where and what to do. */
public final class FlinkClientException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public FlinkClientException(String message) {
    super(message);
  }

  public FlinkClientException(String message, Throwable cause) {
    super(message, cause);
  }
}
