package io.millrace.clickhouse.write;

import io.millrace.clickhouse.client.Batching;
import io.millrace.clickhouse.encoding.BlockBuffers;
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
import java.util.List;
import java.util.function.ToIntFunction;
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
 * @param <E> type of elements
 * @param <T> type of what a row is made of; an element holds any number of them
 */
final class EncodeRowsFn<E, T> extends DoFn<E, KV<String, RowBlock>> {
  private static final long serialVersionUID = 1L;

  static final TupleTag<KV<String, RowBlock>> BLOCKS = new TupleTag<>("blocks") {};

  private final Packed<Config<T>> packed;
  private final SerializableFunction<E, List<T>> contents;
  private transient Config<T> config;
  private transient List<TableRows<T>> tables;

  /**
   * Describes how to make a row of an element.
   *
   * @param tables the tables that the elements go to
   * @param choice returns the index of an element's table
   * @param time returns the event time, milliseconds since the epoch, UTC
   * @param origin returns the original record
   */
  record RowSource<T>(
      List<Table<T>> tables,
      SerializableToInt<T> choice,
      SerializableToLong<T> time,
      SerializableFunction<T, SourceRecord> origin)
      implements Serializable {
    /** Rows of one table. */
    RowSource(
        String table,
        SerializableSupplier<RowBlockBuilder.RowWriter<T>> writer,
        SerializableToLong<T> time,
        SerializableFunction<T, SourceRecord> origin) {
      this(List.of(new Table<>(table, writer)), element -> 0, time, origin);
    }
  }

  /**
   * A table of a source.
   *
   * @param writer creates the writer, on the worker
   */
  record Table<T>(String name, SerializableSupplier<RowBlockBuilder.RowWriter<T>> writer)
      implements Serializable {}

  /** A table's rows in this bundle. */
  private static final class TableRows<T> {
    final String table;
    final RowBlockBuilder.RowWriter<T> writer;
    final RowBlockBuilder builder;
    @Nullable Instant earliest;

    TableRows(Table<T> table, RowBlockBuilder builder) {
      this.table = table.name();
      this.builder = builder;
      this.writer = table.writer().get();
    }

    KV<String, RowBlock> block() {
      earliest = null;
      return KV.of(table, builder.build());
    }
  }

  /** A serializable function to an index. */
  @FunctionalInterface
  interface SerializableToInt<V> extends ToIntFunction<V>, Serializable {}

  /** A serializable function to a number. */
  @FunctionalInterface
  interface SerializableToLong<V> extends ToLongFunction<V>, Serializable {}

  private record Config<T>(
      RowSource<T> source, Batching batching, boolean inBuffers, DeadLetterFactory deadLetters)
      implements Serializable {}

  /**
   * Creates the function.
   *
   * @param contents returns what an element holds
   * @param inBuffers whether blocks are in {@link BlockBuffers}: for a receiver that releases them
   */
  EncodeRowsFn(
      SerializableFunction<E, List<T>> contents,
      RowSource<T> source,
      Batching batching,
      boolean inBuffers,
      DeadLetterFactory deadLetters) {
    this.contents = contents;
    this.packed = Packed.of(new Config<>(source, batching, inBuffers, deadLetters));
  }

  @Setup
  public void setUp() {
    config = packed.get();
    BlockBuffers buffers =
        new BlockBuffers(config.batching.bufferBytes(Runtime.getRuntime().maxMemory()));
    tables =
        config.source.tables().stream()
            .map(
                table ->
                    new TableRows<>(
                        table,
                        config.inBuffers ? new RowBlockBuilder(buffers) : new RowBlockBuilder()))
            .toList();
  }

  @StartBundle
  public void startBundle() {
    // Discards rows of a failed bundle, which is retried.
    for (TableRows<T> rows : tables) {
      rows.builder.clear();
      rows.earliest = null;
    }
  }

  @ProcessElement
  public void process(@Element E element, @Timestamp Instant timestamp, MultiOutputReceiver out) {
    for (T content : contents.apply(element)) {
      encode(content, timestamp, out);
    }
  }

  private void encode(T element, Instant timestamp, MultiOutputReceiver out) {
    RowSource<T> source = config.source;
    SourceRecord origin = source.origin().apply(element);
    TableRows<T> rows = tables.get(source.choice().applyAsInt(element));
    RowBlockBuilder builder = rows.builder;
    try {
      builder.add(element, rows.writer, source.time().applyAsLong(element), origin);
    } catch (InvalidRowException e) {
      DeadLetter letter =
          config.deadLetters.create(
              origin, DeadLetterCode.REFUSED_BY_SINK, e.getMessage(), WriteToClickHouse.STAGE);
      out.get(WriteResult.REFUSED).output(letter);
      return;
    }
    if (rows.earliest == null || timestamp.isBefore(rows.earliest)) {
      rows.earliest = timestamp;
    }
    if (builder.rowCount() >= config.batching.blockRows()
        || builder.memoryBytes() >= config.batching.blockBytes()) {
      out.get(BLOCKS).output(rows.block());
    }
  }

  @FinishBundle
  public void finishBundle(FinishBundleContext context) {
    for (TableRows<T> rows : tables) {
      Instant earliest = rows.earliest;
      if (earliest != null) {
        context.output(BLOCKS, rows.block(), earliest, GlobalWindow.INSTANCE);
      }
    }
  }
}
