package io.millrace.bench.contender;

import io.millrace.bench.baseline.flink.EventTimes;
import io.millrace.bench.baseline.flink.NativeJob;
import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractLoader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** {@link NativeJob} on a Flink in this JVM. */
public final class NativeRun implements RunningJob, AutoCloseable {
  private static final long LONGEST_SILENCE_NANOS = Duration.ofSeconds(30).toNanos();

  private static final long SETTLED_NANOS =
      Duration.ofMillis(2 * NativeJob.HEARTBEAT_MILLIS).toNanos();

  private final JobClient job;
  private final long records;

  private NativeRun(JobClient job, long records) {
    this.job = job;
    this.records = records;
  }

  public static NativeRun start(JobSpec spec, NativeJob.Memory memory) {
    StreamExecutionEnvironment flink =
        NativeJob.environment(spec.parallelism(), spec.checkpoints());
    NativeJob.build(
        flink,
        spec.kafka(),
        spec.topic(),
        times(ContractLoader.load(Path.of(spec.contract()))),
        memory,
        spec.server());
    try {
      return new NativeRun(flink.executeAsync("native"), spec.records());
    } catch (Exception e) {
      throw new IllegalStateException("the native job failed to start", e);
    }
  }

  private static EventTimes times(Contract contract) {
    Contract.TimeBounds time = contract.time();
    return new EventTimes(
        time.outOfOrderness().toMillis(),
        time.bucket().toMillis(),
        time.allowedLateness().toMillis(),
        time.maxAhead() == null ? Long.MAX_VALUE : time.maxAhead().toMillis());
  }

  @Override
  public void requireRunning() {
    try {
      if (job.getJobStatus().get().isTerminalState()) {
        job.getJobExecutionResult().get();
        throw new IllegalStateException("the native job ended unexpectedly");
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("the native job failed", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /**
   * Flink reports accumulators with its heartbeats, each task on its own, so they lag: when all
   * records are counted as read, the last duplicates may be on their way. They have arrived when no
   * count has changed for two heartbeats.
   */
  @Override
  public Map<String, Long> outcomes() {
    long deadline = System.nanoTime() + LONGEST_SILENCE_NANOS;
    Map<String, Long> last = Map.of();
    long lastChange = System.nanoTime();
    while (true) {
      Map<String, Object> counted = counted();
      long now = System.nanoTime();
      long read = (Long) counted.getOrDefault(NativeJob.READ, 0L);
      Map<String, Long> outcomes =
          Map.of("read", read, "duplicate", (Long) counted.getOrDefault(NativeJob.DUPLICATE, 0L));
      if (!outcomes.equals(last)) {
        last = outcomes;
        lastChange = now;
      }
      boolean settled = read >= records && now - lastChange > SETTLED_NANOS;
      if (settled || now - deadline > 0) {
        return outcomes;
      }
      LockSupport.parkNanos(200_000_000);
    }
  }

  private Map<String, Object> counted() {
    try {
      return job.getAccumulators().get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("cannot read the native job's counts", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** Cancels the job without ending the process. */
  @Override
  public void close() {
    job.cancel().join();
  }
}
