package io.millrace.flink.client;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A job's status for an operator: state, last checkpoint and last failure. Flink's values may be
 * some seconds old.
 *
 * @param checkpoints checkpoints since submission
 * @param lastFailure the failure that last restarted or ended the job
 */
public record FlinkJobStatus(
    String id,
    FlinkJob.Detail detail,
    FlinkJob.Checkpoints checkpoints,
    Optional<FlinkJob.Failure> lastFailure) {
  private static final double MEGABYTE = 1e6;

  /** All jobs of a cluster, including recently ended ones. */
  public static List<FlinkJobStatus> of(FlinkRest cluster) {
    return of(cluster, id -> true);
  }

  /** The same for some of the jobs, by their ids. */
  public static List<FlinkJobStatus> of(FlinkRest cluster, Predicate<String> ids) {
    List<FlinkJobStatus> all = new ArrayList<>();
    for (FlinkRest.JobSummary summary : cluster.jobs()) {
      if (!ids.test(summary.id())) {
        continue;
      }
      FlinkJob job = cluster.job(summary.id());
      all.add(
          new FlinkJobStatus(
              summary.id(), job.detail(), job.checkpoints(), job.failures().stream().findFirst()));
    }
    return all;
  }

  /** One human-readable line. */
  public String line(Clock clock) {
    StringBuilder line = new StringBuilder();
    line.append("job ").append(id).append(' ').append(detail.name());
    line.append(": ").append(detail.state());
    if (detail.state().equals("RUNNING") && !detail.allTasksRun()) {
      line.append(", some tasks still starting,");
    }
    line.append(" for ").append(text(detail.duration()));
    if (checkpoints.completed() == 0) {
      line.append(", no checkpoint yet");
    } else {
      Duration age = Duration.between(checkpoints.latestAt(), clock.instant());
      line.append(
          ", %d %s, the last %s ago (%.1f MB in %d ms)"
              .formatted(
                  checkpoints.completed(),
                  checkpoints.completed() == 1 ? "checkpoint" : "checkpoints",
                  text(age),
                  checkpoints.latestStateBytes() / MEGABYTE,
                  checkpoints.latestDuration().toMillis()));
    }
    if (checkpoints.failed() > 0) {
      line.append(", ").append(checkpoints.failed()).append(" failed");
    }
    lastFailure.ifPresent(
        failure ->
            line.append("; last failure at ")
                .append(Instant.ofEpochSecond(failure.at().getEpochSecond()))
                .append(": ")
                .append(failure.summary()));
    return line.toString();
  }

  private static String text(Duration duration) {
    long seconds = Math.max(0, duration.toSeconds());
    if (seconds < 120) {
      return seconds + " s";
    }
    long minutes = seconds / 60;
    return minutes < 120 ? minutes + " min" : minutes / 60 + " h";
  }
}
