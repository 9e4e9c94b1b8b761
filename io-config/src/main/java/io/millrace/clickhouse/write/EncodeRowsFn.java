package io.millrace.clickhouse.write;

import io.millrace.clickhouse.client.Batching;
import io.millrace.clickhouse.encoding.InvalidRowException;
import io.millrace.clickhouse.encoding.RowBlock;
import io.millrace.clickhouse.encoding.RowBlockBuilder;
import io.millrace.event.DeadLetter;
import io.millrace.event.DeadLetterCode;
import io.millrace.event.DeadLetterFactory;
import io.millrace.event.Packed;
import io.millrace.event.SourceRecord;
import io.millrace.io.WriteResult;
import java.io.Serializable;
import java.util.function.ToLongFunction;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.SerializableFunction;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.util.SerializableSupplier;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.TupleTag;
import org.checkerframework.checker.nullness.qual.Nullable;
import org.joda.time.Instant;

/**
 * Encodes elements to blocks of RowBinary, keyed by table. A block ends with the bundle or when it
 * is full. A row that the table cannot hold becomes a dead letter.
 *
 * @param <T> type of elements
 */
final class EncodeRowsFn<T> extends DoFn<T, KV<String, RowBlock>> {
  private static final long serialVersionUID = 1L;

  static final TupleTag<KV<String, RowBlock>> BLOCKS = new TupleTag<>("blocks") {};

  private final Packed<Config<T>> packed;
  private transient Config<T> config;
  private transient RowBlockBuilder builder;
  private transient RowBlockBuilder.RowWriter<T> writer;
  private transient @Nullable Instant earliest;

  /**
   * Describes how to make a row of an element.
   *
   * @param table the table's name
   * @param writer creates the writer, on the worker
   * @param time returns the event time, milliseconds since the epoch, UTC
   * @param origin returns the original record
   */
  record RowSource<T>(
      String table,
      SerializableSupplier<RowBlockBuilder.RowWriter<T>> writer,
      SerializableToLong<T> time,
      SerializableFunction<T, SourceRecord> origin)
      implements Serializable {}

  /** A serializable function to a number. */
  @FunctionalInterface
  interface SerializableToLong<V> extends ToLongFunction<V>, Serializable {}

  private record Config<T>(RowSource<T> source, Batching batching, DeadLetterFactory deadLetters)
      implements Serializable {}

  EncodeRowsFn(RowSource<T> source, Batching batching, DeadLetterFactory deadLetters) {
    this.packed = Packed.of(new Config<>(source, batching, deadLetters));
  }

  @Setup
  public void setUp() {
    builder = new RowBlockBuilder();
    config = packed.get();
    writer = config.source.writer().get();
  }

  @StartBundle
  public void startBundle() {
    // Discards rows of a failed bundle, which is retried.
    builder.clear();
    earliest = null;
  }

  @ProcessElement
  public void process(@Element T element, @Timestamp Instant timestamp, MultiOutputReceiver out) {
    RowSource<T> source = config.source;
    SourceRecord origin = source.origin().apply(element);
    try {
      builder.add(element, writer, source.time().applyAsLong(element), origin);
    } catch (InvalidRowException e) {
      DeadLetter letter =
          config.deadLetters.create(
              origin, DeadLetterCode.REFUSED_BY_SINK, e.getMessage(), WriteToClickHouse.STAGE);
      out.get(WriteResult.REFUSED).output(letter);
      return;
    }
    if (earliest == null || timestamp.isBefore(earliest)) {
      earliest = timestamp;
    }
    if (builder.rowCount() >= config.batching.blockRows()
        || builder.memoryBytes() >= config.batching.blockBytes()) {
      out.get(BLOCKS).output(KV.of(source.table(), builder.build()));
      earliest = null;
    }
  }

  @FinishBundle
  public void finishBundle(FinishBundleContext context) {
    if (earliest != null) {
      context.output(
          BLOCKS, KV.of(config.source.table(), builder.build()), earliest, GlobalWindow.INSTANCE);
    }
  }
}
