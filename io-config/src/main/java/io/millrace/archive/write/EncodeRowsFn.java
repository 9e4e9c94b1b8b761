package io.millrace.archive.write;

import io.millrace.archive.store.Partition;
import io.millrace.event.DeadLetter;
import io.millrace.event.DeadLetterCode;
import io.millrace.event.DeadLetterFactory;
import io.millrace.event.Outcome;
import io.millrace.event.Packed;
import io.millrace.event.RowBuffer;
import io.millrace.event.SourceRecord;
import io.millrace.io.WriteResult;
import java.io.IOException;
import java.io.Serializable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.SerializableFunction;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.util.SerializableSupplier;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.TupleTag;
import org.checkerframework.checker.nullness.qual.Nullable;
import org.joda.time.Instant;

/**
 * Encodes elements to blocks, keyed by partition. A block ends with the bundle or when it is full.
 * An element that an archive cannot hold becomes a dead letter.
 *
 * <p>State: none. Memory: a block for each partition of the bundle.
 *
 * @param <E> type of elements
 * @param <T> type of what a row is made of; an element holds any number of them
 */
final class EncodeRowsFn<E, T> extends DoFn<E, KV<String, RowBlock>> {
  private static final long serialVersionUID = 1L;

  static final TupleTag<KV<String, RowBlock>> BLOCKS = new TupleTag<>("blocks") {};

  private static final int FIRST_BYTES = 4096;

  /** Most partitions whose memory is used again by the next bundle: growing costs copies. */
  private static final int MOST_KEPT = 4;

  /** Most partitions of a bundle: events may have any date. */
  private static final int MOST_OPEN = 256;

  private static final long MILLIS_OF_A_DAY = 86_400_000;

  private final Packed<Config<T>> packed;
  private final SerializableFunction<E, List<T>> contents;
  private transient Config<T> config;
  private transient RowSource<T> source;
  private transient Map<Place, Open> open;
  private transient Place latest;
  private transient Open latestOpen;

  /** How elements are encoded, on the worker. */
  interface RowSource<T> {
    /** The index of an element's table. */
    int table(T element);

    /** The time whose day is the element's partition, in milliseconds since the epoch, UTC. */
    long time(T element);

    SourceRecord origin(T element);

    /** Why an archive cannot hold an element; null if it can. */
    @Nullable String problem(T element);

    void encode(T element, RowBuffer out) throws IOException;
  }

  /**
   * The configuration.
   *
   * @param tables the tables that the elements go to
   */
  record Config<T>(
      Outcome outcome,
      List<String> tables,
      Rolling rolling,
      DeadLetterFactory deadLetters,
      SerializableSupplier<RowSource<T>> source)
      implements Serializable {}

  /** A day of a table, and a shard. */
  private record Place(int table, long day, int shard) {}

  /** A block that is not full. */
  private static final class Open {
    final String key;
    final RowBuffer rows = new RowBuffer(FIRST_BYTES);
    int count;
    Instant earliest = GlobalWindow.TIMESTAMP_MAX_VALUE;

    Open(String key) {
      this.key = key;
    }

    KV<String, RowBlock> block() {
      RowBlock block = new RowBlock(rows.toByteArray(), count);
      rows.clear();
      count = 0;
      return KV.of(key, block);
    }

    void reset() {
      rows.clear();
      count = 0;
      earliest = GlobalWindow.TIMESTAMP_MAX_VALUE;
    }
  }

  /**
   * Creates the function.
   *
   * @param contents returns what an element holds
   */
  EncodeRowsFn(SerializableFunction<E, List<T>> contents, Config<T> config) {
    this.contents = contents;
    this.packed = Packed.of(config);
  }

  @Setup
  public void setUp() {
    config = packed.get();
    source = config.source.get();
    open = new HashMap<>();
    clear();
  }

  @StartBundle
  public void startBundle() {
    if (open.size() > MOST_KEPT) {
      clear();
    }
    open.values().forEach(Open::reset);
  }

  private void clear() {
    open.clear();
    latest = new Place(-1, 0, 0);
    latestOpen = null;
  }

  @ProcessElement
  public void process(@Element E element, @Timestamp Instant timestamp, MultiOutputReceiver out)
      throws IOException {
    for (T content : contents.apply(element)) {
      encode(content, timestamp, out);
    }
  }

  private void encode(T element, Instant timestamp, MultiOutputReceiver out) throws IOException {
    String problem = source.problem(element);
    if (problem != null) {
      DeadLetter letter =
          config.deadLetters.create(
              source.origin(element),
              DeadLetterCode.REFUSED_BY_SINK,
              problem,
              WriteToArchive.STAGE);
      out.get(WriteResult.REFUSED).output(letter);
      return;
    }
    Open rows = rows(element);
    source.encode(element, rows.rows);
    rows.count++;
    if (timestamp.isBefore(rows.earliest)) {
      rows.earliest = timestamp;
    }
    if (rows.rows.size() >= config.rolling.blockBytes()) {
      out.get(BLOCKS).output(rows.block());
    } else if (open.size() > MOST_OPEN) {
      for (Open some : open.values()) {
        if (some.count > 0) {
          out.get(BLOCKS).output(some.block());
        }
      }
      clear();
    }
  }

  private Open rows(T element) {
    int table = source.table(element);
    long day = Math.floorDiv(source.time(element), MILLIS_OF_A_DAY);
    int shard = shard(source.origin(element));
    Open before = latestOpen;
    if (before != null && latest.table == table && latest.day == day && latest.shard == shard) {
      return before;
    }
    Place place = new Place(table, day, shard);
    Open rows = open.get(place);
    if (rows == null) {
      String name = config.tables.get(table);
      rows = new Open(Partition.of(config.outcome, name, day * MILLIS_OF_A_DAY, shard).key());
      open.put(place, rows);
    }
    latest = place;
    latestOpen = rows;
    return rows;
  }

  private int shard(SourceRecord origin) {
    int shards = config.rolling.shards();
    return shards == 1 ? 0 : Math.floorMod(origin.partition(), shards);
  }

  @FinishBundle
  public void finishBundle(FinishBundleContext context) {
    for (Open rows : open.values()) {
      if (rows.count > 0) {
        context.output(BLOCKS, rows.block(), rows.earliest, GlobalWindow.INSTANCE);
      }
    }
  }
}
