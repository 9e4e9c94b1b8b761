package io.millrace.testdata.sink;

import java.util.EnumSet;
import java.util.Set;

/**
 * Where generated records go. Not for use by several threads, except that {@link #close()} may be
 * called by another one when the sender is done.
 *
 * <p>Failures of the target are {@link IllegalStateException} or {@link
 * java.io.UncheckedIOException} with one line that names it.
 */
public interface RecordSink extends AutoCloseable {
  /** How many partitions the target has; a record's partition is below. */
  int partitions();

  /** The kinds of malformed records that the target can hold; the others are not generated. */
  default Set<MalformedKind> malformedKinds() {
    return EnumSet.allOf(MalformedKind.class);
  }

  /**
   * Takes a record, which may arrive later, but in the order of its partition.
   *
   * @throws InterruptedException when interrupted before the record was taken: it is not sent
   */
  void send(GeneratedRecord record) throws InterruptedException;

  /**
   * Waits until all records taken have arrived.
   *
   * @throws InterruptedException when interrupted while waiting: the records may arrive yet
   */
  void flush() throws InterruptedException;

  /** Frees what the sink holds, without waiting for records that were not flushed. */
  @Override
  void close();
}
