package io.millrace.kafka.read;

import io.millrace.event.SourceRecord;
import io.millrace.event.SourceRecordCoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.ListCoder;
import org.apache.beam.sdk.io.UnboundedSource;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.kafka.common.TopicPartition;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Reads Kafka topics in a fixed number of splits. Each element is a page: consecutive records of
 * one partition, or a range that was not read, see {@link io.millrace.event.LostRange#asRecord}.
 *
 * <p>A partition belongs to the split with the number {@code (hash of the topic + partition) modulo
 * splits}. So each reader finds by itself which partitions are its own, also those that a topic
 * gets later, and consecutive partitions of a topic go to different splits.
 *
 * <p>Savepoints contain this object: keep the class name, the version, the fields and the hash.
 * Everything else comes from {@link ReadSettings}.
 */
public final class SplitSource extends UnboundedSource<List<SourceRecord>, ReadMark> {
  private static final long serialVersionUID = 1L;

  private final int index;
  private final int splits;

  private SplitSource(int index, int splits) {
    this.index = index;
    this.splits = splits;
  }

  /** All topics, to be split by the runner. */
  public static SplitSource of(int splits) {
    return new SplitSource(0, splits);
  }

  /** Ignores the desired number, which may be another one when the job is started again. */
  @Override
  public List<SplitSource> split(int desired, PipelineOptions options) {
    List<SplitSource> all = new ArrayList<>();
    for (int i = 0; i < splits; i++) {
      all.add(new SplitSource(i, splits));
    }
    return all;
  }

  boolean owns(TopicPartition partition) {
    return split(partition.topic(), partition.partition(), splits) == index;
  }

  /** The split of a partition. {@link String#hashCode} is specified, so it never changes. */
  static int split(String topic, int partition, int splits) {
    return Math.floorMod(topic.hashCode() + partition, splits);
  }

  @Override
  public UnboundedReader<List<SourceRecord>> createReader(
      PipelineOptions options, @Nullable ReadMark mark) {
    ReadSettings settings = ReadSettings.in(options);
    return new SplitReader(this, settings, mark);
  }

  @Override
  public Coder<ReadMark> getCheckpointMarkCoder() {
    return ReadMark.CODER;
  }

  @Override
  public Coder<List<SourceRecord>> getOutputCoder() {
    return ListCoder.of(SourceRecordCoder.of());
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SplitSource that && index == that.index && splits == that.splits;
  }

  @Override
  public int hashCode() {
    return Objects.hash(index, splits);
  }

  @Override
  public String toString() {
    return "split " + index + " of " + splits;
  }
}
