package io.millrace.contract;

/**
 * A format of records. The file {@code META-INF/services/io.millrace.contract.RecordFormat} lists
 * all formats: classes that implement {@code io.millrace.decode.RecordDecoder.Factory}.
 */
public interface RecordFormat {
  /** The name of the format in a contract. */
  String name();
}
