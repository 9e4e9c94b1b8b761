package io.millrace.testdata.sink;

import java.util.EnumSet;
import java.util.Set;

/**
 * The destination of generated records. Not thread-safe, but another thread may call {@link
 * #close()} after the last record.
 *
 * <p>A failure of the destination throws {@link IllegalStateException} or {@link
 * java.io.UncheckedIOException} with one line that names it.
 */
public interface RecordSink extends AutoCloseable {
  /** The number of partitions. */
  int partitions();

  /** The kinds of malformed records that the destination can hold. */
  default Set<MalformedKind> malformedKinds() {
    return EnumSet.allOf(MalformedKind.class);
  }

  /**
   * Sends a record asynchronously, in the order of its partition.
   *
   * @throws InterruptedException if interrupted before the record was sent
   */
  void send(GeneratedRecord record) throws InterruptedException;

  /**
   * Waits until all sent records have arrived.
   *
   * @throws InterruptedException if interrupted while waiting; the records may still arrive
   */
  void flush() throws InterruptedException;

  /** Releases the resources, without waiting for records that were not flushed. */
  @Override
  void close();
}
