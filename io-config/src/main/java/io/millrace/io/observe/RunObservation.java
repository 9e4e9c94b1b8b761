package io.millrace.io.observe;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.apache.beam.sdk.options.PipelineOptions;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * What the steps of a run report to their own process: elements that wait for a sink, and the
 * progress of each partition. A runner's metrics cannot report these: they hold no reasons, and
 * they do not move while a step blocks.
 *
 * <p>A run is observed if it {@linkplain #publish publishes} its observation before it starts.
 * Otherwise {@link #of} returns null, and its steps do nothing. Runners serialize steps, so the
 * steps find the observation by the run's id. Thread-safe.
 *
 * <p>State: an entry for each table or destination that waits, for each INSERT in progress, and for
 * each partition.
 */
public final class RunObservation implements AutoCloseable {
  private static final Map<String, RunObservation> BY_RUN = new ConcurrentHashMap<>();

  private final String run;
  private final Map<Place, Waiting> waiting = new ConcurrentHashMap<>();
  private final Map<Object, Waiting> attempts = new ConcurrentHashMap<>();
  private final Map<Partition, PartitionProgress> partitions = new ConcurrentHashMap<>();

  private RunObservation(String run) {
    this.run = run;
  }

  /**
   * Where elements wait.
   *
   * @param step name of the step, or of its input; tells the contract and the sink
   * @param destination the table, or the address of a destination of dead letters
   */
  public record Place(String step, String destination) {}

  /**
   * Elements that wait for one destination.
   *
   * @param described the destination with its kind, such as {@code ClickHouse table events}
   * @param unit the unit of the count in the plural, such as {@code rows}
   * @param sinceMillis when the first of them arrived, milliseconds since the epoch
   * @param reason why they wait, in one line; empty if it is not known yet
   */
  public record Waiting(
      Place place, String described, String unit, long count, long sinceMillis, String reason) {}

  /** A partition of a topic. */
  public record Partition(String topic, int number) implements Comparable<Partition> {
    private static final Comparator<Partition> ORDER =
        Comparator.comparing(Partition::topic).thenComparingInt(Partition::number);

    @Override
    public int compareTo(Partition other) {
      return ORDER.compare(this, other);
    }
  }

  /**
   * Observes a run in this process until {@link #close}.
   *
   * @param run the run's id
   */
  public static RunObservation publish(String run) {
    RunObservation observation = new RunObservation(run);
    BY_RUN.put(run, observation);
    return observation;
  }

  /** The observation of a run; null if the run is not observed. */
  public static @Nullable RunObservation of(String run) {
    return BY_RUN.get(run);
  }

  /** The observation of the job with these options; null if the job is not observed. */
  public static @Nullable RunObservation in(PipelineOptions options) {
    String run = options.as(ObservedRunOptions.class).getObservedRun();
    return run == null ? null : of(run);
  }

  /** Makes the steps of a job report to the observation of its run, if there is one. */
  public static void putInto(PipelineOptions options, String run) {
    options.as(ObservedRunOptions.class).setObservedRun(BY_RUN.containsKey(run) ? run : null);
  }

  /** Replaces what is known of the elements that wait at a place. A count of 0 removes them. */
  public void waiting(Waiting now) {
    if (now.count == 0) {
      waiting.remove(now.place);
    } else {
      waiting.put(now.place, now);
    }
  }

  /**
   * Observes an INSERT in progress.
   *
   * @param rows its rows; they wait since its start
   * @return call it at the end of the INSERT
   */
  public Runnable inserting(Waiting rows) {
    Object attempt = new Object();
    attempts.put(attempt, rows);
    return () -> attempts.remove(attempt);
  }

  /** The elements that wait, by place. */
  public List<Waiting> waiting() {
    return List.copyOf(waiting.values());
  }

  /** The INSERTs in progress. */
  public List<Waiting> inserting() {
    return List.copyOf(attempts.values());
  }

  /** The progress of a partition, which is created if it is not known yet. */
  public PartitionProgress partition(String topic, int partition) {
    return partitions.computeIfAbsent(
        new Partition(topic, partition), any -> new PartitionProgress());
  }

  /** Forgets a partition that is not read any more. */
  public void remove(String topic, int partition) {
    partitions.remove(new Partition(topic, partition));
  }

  /** Passes each partition and its progress. */
  public void forEachPartition(Consumer<Map.Entry<Partition, PartitionProgress>> each) {
    partitions.entrySet().stream().sorted(Map.Entry.comparingByKey()).forEach(each);
  }

  /** Ends the observation; steps that still run report to nobody. */
  @Override
  public void close() {
    BY_RUN.remove(run, this);
  }
}
