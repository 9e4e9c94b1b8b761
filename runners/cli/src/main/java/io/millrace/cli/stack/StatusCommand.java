package io.millrace.cli.stack;

import io.millrace.cli.flink.SubmittedJobs;
import io.millrace.cli.support.JsonObject;
import io.millrace.flink.client.FlinkJob;
import io.millrace.flink.client.FlinkJobStatus;
import io.millrace.flink.client.FlinkRest;
import io.millrace.local.LocalStack;
import io.millrace.local.ServerStatus;
import io.millrace.local.flink.LocalFlinkCluster;
import io.millrace.local.process.MillraceHome;
import io.millrace.pipeline.ExitCodes;
import io.millrace.pipeline.WrongUseException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows the local stack. */
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    description =
        "Shows the servers of the local stack with their addresses, the jobs of its Flink cluster,"
            + " and the jobs submitted from this checkout to other clusters. Exit code: 0 if all"
            + " servers respond, 1 if not.",
    footer = {
      "",
      "Example: scripts/millrace status --json",
      "Example: curl \"$(scripts/millrace status --clickhouseUrl)\" --data 'SELECT 1'"
    })
public final class StatusCommand implements Callable<Integer> {
  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Option(
      names = "--clickhouseUrl",
      description = "Print only ClickHouse's URL with user and password.")
  private boolean clickHouseUrl;

  @Override
  public Integer call() {
    List<ServerStatus> servers = LocalStack.status(MillraceHome.data());
    if (clickHouseUrl) {
      return printClickHouseUrl(servers);
    }
    if (json) {
      JsonObject object = JsonObject.object();
      for (ServerStatus server : servers) {
        object.put(server.name(), json(server));
      }
      List<FlinkJobStatus> elsewhere = jobsElsewhere(servers);
      if (!elsewhere.isEmpty()) {
        object.putList("jobs", elsewhere.stream().map(StatusCommand::json).toList());
      }
      System.out.println(object.text());
    } else if (servers.isEmpty()) {
      System.out.println("the local stack is not running. Start it with `scripts/millrace up`");
    } else {
      servers.forEach(StatusCommand::print);
      servers.stream()
          .filter(StatusCommand::hasJobs)
          .flatMap(server -> jobs(server).stream())
          .forEach(job -> System.out.println(job.line(Clock.systemUTC())));
    }
    if (!json) {
      jobsElsewhere(servers).forEach(job -> System.out.println(job.line(Clock.systemUTC())));
    }
    boolean allAnswer = !servers.isEmpty() && servers.stream().allMatch(ServerStatus::answers);
    return allAnswer ? 0 : ExitCodes.FAILED;
  }

  private static int printClickHouseUrl(List<ServerStatus> servers) {
    ServerStatus clickHouse =
        servers.stream()
            .filter(server -> server.name().equals("clickhouse") && server.answers())
            .findFirst()
            .orElseThrow(
                () ->
                    new WrongUseException(
                        "the local ClickHouse is not running. Start it with `scripts/millrace"
                            + " up`"));
    System.out.println(clickHouse.url());
    return 0;
  }

  private static boolean hasJobs(ServerStatus server) {
    return server.name().equals(LocalFlinkCluster.JOB_MANAGER) && server.answers();
  }

  private static List<FlinkJobStatus> jobs(ServerStatus jobManager) {
    return FlinkJobStatus.of(FlinkRest.at(jobManager.address()));
  }

  /** The submitted jobs on clusters that answer and are not the local stack's. */
  private static List<FlinkJobStatus> jobsElsewhere(List<ServerStatus> servers) {
    List<String> local = servers.stream().map(ServerStatus::address).toList();
    List<FlinkJobStatus> jobs = new ArrayList<>();
    for (SubmittedJobs.Place place : SubmittedJobs.places()) {
      FlinkRest cluster = FlinkRest.at("http://" + place.master());
      if (!local.contains(cluster.address()) && cluster.answers()) {
        jobs.addAll(FlinkJobStatus.of(cluster, place.id()::equals));
      }
    }
    return jobs;
  }

  private static JsonObject json(ServerStatus server) {
    JsonObject object =
        JsonObject.object()
            .put("address", server.address())
            .put("url", server.url())
            .put("running", server.running())
            .put("answers", server.answers())
            .put("pid", server.pid())
            .put("since", server.since().toString());
    return hasJobs(server)
        ? object.putList("jobs", jobs(server).stream().map(StatusCommand::json).toList())
        : object;
  }

  private static JsonObject json(FlinkJobStatus job) {
    FlinkJob.Checkpoints checkpoints = job.checkpoints();
    JsonObject object =
        JsonObject.object()
            .put("id", job.id())
            .put("name", job.detail().name())
            .put("state", job.detail().state())
            .put("all_tasks_run", job.detail().allTasksRun())
            .put("duration_ms", job.detail().duration().toMillis())
            .put("checkpoints", checkpoints.completed())
            .put("failed_checkpoints", checkpoints.failed())
            .put("restored", checkpoints.restored());
    if (checkpoints.completed() > 0) {
      object
          .put("last_checkpoint", checkpoints.latestPath())
          .put("last_checkpoint_at", checkpoints.latestAt().toString())
          .put("last_checkpoint_ms", checkpoints.latestDuration().toMillis())
          .put("state_bytes", checkpoints.latestStateBytes());
    }
    job.lastFailure()
        .ifPresent(
            failure ->
                object
                    .put("last_failure_at", failure.at().toString())
                    .put("last_failure", failure.summary()));
    return object;
  }

  private static void print(ServerStatus server) {
    String state =
        server.answers() ? "up" : server.running() ? "running but not responding" : "down";
    String process =
        server.pid() < 0 ? "external" : "pid " + server.pid() + " since " + server.since();
    System.out.printf("%-20s %s at %s (%s)%n", server.name(), state, server.url(), process);
  }
}
