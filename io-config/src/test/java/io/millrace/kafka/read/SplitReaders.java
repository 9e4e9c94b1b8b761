package io.millrace.kafka.read;

import io.millrace.event.LostRange;
import io.millrace.event.SourceRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.beam.sdk.io.UnboundedSource.UnboundedReader;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.util.CoderUtils;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Readers of all splits, which continue from the checkpoint of other ones. */
final class SplitReaders implements AutoCloseable {
  private static final long LONGEST_NANOS = Duration.ofMinutes(2).toNanos();
  private static final int SPLITS = 4;

  private final List<UnboundedReader<List<SourceRecord>>> readers = new ArrayList<>();
  final Map<String, List<Long>> read = new TreeMap<>();
  final List<LostRange> ranges = new ArrayList<>();
  private boolean started;

  SplitReaders(ReadSettings settings, @Nullable List<ReadMark> marks) throws Exception {
    PipelineOptions options = PipelineOptionsFactory.create();
    settings.putInto(options);
    List<SplitSource> splits = SplitSource.of(SPLITS).split(1, options);
    for (int i = 0; i < SPLITS; i++) {
      readers.add(splits.get(i).createReader(options, marks == null ? null : marks.get(i)));
    }
  }

  void poll() {
    try {
      for (UnboundedReader<List<SourceRecord>> reader : readers) {
        if (started ? reader.advance() : reader.start()) {
          reader.getCurrent().forEach(this::add);
        }
      }
    } catch (java.io.IOException e) {
      throw new IllegalStateException(e);
    }
    started = true;
  }

  private void add(SourceRecord record) {
    if (LostRange.isLostRange(record)) {
      ranges.add(LostRange.of(record));
    } else {
      read.computeIfAbsent(record.topic() + "/" + record.partition(), p -> new ArrayList<>())
          .add(record.offset());
    }
  }

  void readUntil(int records) {
    await(
        this::soFar,
        () -> {
          poll();
          return read.values().stream().mapToInt(List::size).sum() >= records;
        });
  }

  void readUntilRanges(int count) {
    await(
        this::soFar,
        () -> {
          poll();
          return ranges.size() >= count;
        });
  }

  List<ReadMark> marks() throws Exception {
    List<ReadMark> marks = new ArrayList<>();
    for (UnboundedReader<List<SourceRecord>> reader : readers) {
      ReadMark mark = (ReadMark) reader.getCheckpointMark();
      marks.add(
          CoderUtils.decodeFromByteArray(
              ReadMark.CODER, CoderUtils.encodeToByteArray(ReadMark.CODER, mark)));
    }
    return marks;
  }

  void makeDurable() throws Exception {
    for (UnboundedReader<List<SourceRecord>> reader : readers) {
      reader.getCheckpointMark().finalizeCheckpoint();
    }
  }

  long watermark() {
    return readers.stream().mapToLong(r -> r.getWatermark().getMillis()).min().orElseThrow();
  }

  @Override
  public void close() throws java.io.IOException {
    for (UnboundedReader<List<SourceRecord>> reader : readers) {
      reader.close();
    }
  }

  static void await(BooleanSupplier condition) {
    await(() -> "", condition);
  }

  private static void await(Supplier<String> soFar, BooleanSupplier condition) {
    long deadline = System.nanoTime() + LONGEST_NANOS;
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadline >= 0) {
        throw new AssertionError("not in time" + soFar.get());
      }
    }
  }

  private String soFar() {
    return ": " + ranges + ", " + read;
  }
}
