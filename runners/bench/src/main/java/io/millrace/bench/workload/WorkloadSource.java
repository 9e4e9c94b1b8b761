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

  private static final double NANOS = 1e9;

  private final Workload workload;
  private final Contract contract;
  private final long pacedFrom;

  public WorkloadSource(Workload workload, Contract contract) {
    this(workload, contract, Long.MAX_VALUE);
  }

  private WorkloadSource(Workload workload, Contract contract, long pacedFrom) {
    this.workload = workload;
    this.contract = contract;
    this.pacedFrom = pacedFrom;
  }

  /**
   * A source whose last events come no faster than in event time, and that does not end after them:
   * its watermark stays, and so does the state below it.
   *
   * @param from number of the first event that is not emitted at once
   */
  public static WorkloadSource paced(Workload workload, Contract contract, long from) {
    return new WorkloadSource(workload, contract, from);
  }

  private boolean ends() {
    return pacedFrom == Long.MAX_VALUE;
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
    private long pacedSince;
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
        number = source.ends() ? source.workload.events() : number;
        current = null;
        return false;
      }
      if (number + 1 >= source.pacedFrom && !isDue(number + 1)) {
        current = null;
        return false;
      }
      number++;
      current = templates.event(source.workload, number);
      return true;
    }

    private boolean isDue(long next) {
      if (pacedSince == 0) {
        pacedSince = System.nanoTime();
      }
      double seconds = (System.nanoTime() - pacedSince) / NANOS;
      return next - source.pacedFrom < seconds * source.workload.perSecond();
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
