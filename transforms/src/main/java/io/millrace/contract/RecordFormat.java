package io.millrace.contract;

/**
 * A format that records can have. A format is added by one line in {@code
 * META-INF/services/io.millrace.contract.RecordFormat}: the name of a class that implements {@code
 * io.millrace.decode.RecordDecoder.Factory}.
 */
public interface RecordFormat {
  /** What a contract's {@code format} calls it. */
  String name();
}
