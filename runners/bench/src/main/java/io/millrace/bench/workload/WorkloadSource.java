package io.millrace.bench.workload;

import io.millrace.contract.Contract;
import io.millrace.event.Event;
import io.millrace.event.EventCoder;
import java.io.Serializable;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.io.UnboundedSource;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.checkerframework.checker.nullness.qual.Nullable;
import org.joda.time.Instant;

/**
 * A source of a {@link Workload}'s events in one split, as fast as they are consumed, with an
 * advancing watermark. Allocates two objects per event. Its checkpoints are empty, so it cannot be
 * restarted.
 */
public final class WorkloadSource extends UnboundedSource<Event, WorkloadSource.NoMark> {
  private static final long serialVersionUID = 1L;

  private final Workload workload;
  private final Contract contract;

  public WorkloadSource(Workload workload, Contract contract) {
    this.workload = workload;
    this.contract = contract;
  }

  @Override
  public List<WorkloadSource> split(int desired, PipelineOptions options) {
    return List.of(this);
  }

  @Override
  public UnboundedReader<Event> createReader(PipelineOptions options, @Nullable NoMark mark) {
    return new Reader(this);
  }

  @Override
  public Coder<Event> getOutputCoder() {
    return EventCoder.of(contract.schema());
  }

  @Override
  public Coder<NoMark> getCheckpointMarkCoder() {
    return SerializableCoder.of(NoMark.class);
  }

  /** An empty checkpoint. */
  static final class NoMark implements UnboundedSource.CheckpointMark, Serializable {
    private static final long serialVersionUID = 1L;

    @Override
    public void finalizeCheckpoint() {}
  }

  private static final class Reader extends UnboundedReader<Event> {
    private final WorkloadSource source;
    private final TemplateEvents templates;
    private long number = -1;
    private @Nullable Event current;

    Reader(WorkloadSource source) {
      this.source = source;
      this.templates = TemplateEvents.decode(source.contract);
    }

    @Override
    public boolean start() {
      return advance();
    }

    @Override
    public boolean advance() {
      if (number + 1 >= source.workload.events()) {
        number = source.workload.events();
        current = null;
        return false;
      }
      number++;
      current = templates.event(source.workload, number);
      return true;
    }

    @Override
    public Event getCurrent() {
      Event event = current;
      if (event == null) {
        throw new NoSuchElementException();
      }
      return event;
    }

    @Override
    public Instant getCurrentTimestamp() {
      return getCurrent().timestamp();
    }

    @Override
    public Instant getWatermark() {
      if (number >= source.workload.events()) {
        return BoundedWindow.TIMESTAMP_MAX_VALUE;
      }
      return number < 0
          ? BoundedWindow.TIMESTAMP_MIN_VALUE
          : Instant.ofEpochMilli(source.workload.watermarkMillis(number));
    }

    @Override
    public NoMark getCheckpointMark() {
      return new NoMark();
    }

    @Override
    public WorkloadSource getCurrentSource() {
      return source;
    }

    @Override
    public void close() {}
  }
}
