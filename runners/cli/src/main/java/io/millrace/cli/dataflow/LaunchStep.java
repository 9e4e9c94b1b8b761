package io.millrace.cli.dataflow;

import io.millrace.cli.dataflow.LaunchDataflowCommand.Action;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * One command of a launch.
 *
 * @param jobIdFrom the command that prints the job id this one needs; null if it needs none
 */
record LaunchStep(String name, String why, List<String> command, @Nullable List<String> jobIdFrom) {
  private static final String JOB_ID = "JOB_ID";

  /**
   * The commands of actions, in the order of a job's life cycle.
   *
   * @param contracts the {@code gs://} URL to upload each file of a contract to; none for those
   *     that are already in Cloud Storage
   */
  static List<LaunchStep> of(
      TemplatePlan plan, Set<Action> requested, Map<Path, String> contracts) {
    List<LaunchStep> steps = new ArrayList<>();
    for (Action action : Action.values()) {
      boolean wanted = requested.isEmpty() ? action != Action.CANCEL : requested.contains(action);
      if (wanted && action == Action.UPLOAD) {
        contracts.forEach((file, destination) -> steps.add(upload(plan, file, destination)));
      } else if (wanted) {
        steps.add(of(action, plan));
      }
    }
    return steps;
  }

  private static LaunchStep upload(TemplatePlan plan, Path contract, String destination) {
    return new LaunchStep(
        Action.UPLOAD.name().toLowerCase(Locale.ROOT),
        "upload the contract for the template's launcher",
        plan.upload(contract, destination),
        null);
  }

  private static LaunchStep of(Action action, TemplatePlan plan) {
    String name = action.name().toLowerCase(Locale.ROOT);
    return switch (action) {
      case BUILD ->
          new LaunchStep(name, "build the template's image and specification", plan.build(), null);
      case UPLOAD -> throw new IllegalArgumentException("an upload is of a contract");
      case RUN -> new LaunchStep(name, "start the job", plan.run(), null);
      case UPDATE ->
          new LaunchStep(name, "replace the running job by this version", plan.update(), null);
      case DRAIN ->
          new LaunchStep(
              name,
              "stop reading, write records in flight, end the job",
              plan.end(name),
              plan.list());
      case CANCEL ->
          new LaunchStep(
              name,
              "end the job immediately and discard records in flight",
              plan.end(name),
              plan.list());
    };
  }

  /** The command for a job. */
  List<String> command(String jobId) {
    return command.stream().map(word -> word.equals(JOB_ID) ? jobId : word).toList();
  }

  /** The command as text for a shell. */
  String shell() {
    String text = ShellWords.onLines(command);
    return jobIdFrom == null
        ? text
        : text.replace(JOB_ID, "\"$(" + ShellWords.of(jobIdFrom) + ")\"");
  }

  Map<String, Object> asMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("step", name);
    map.put("command", command);
    if (jobIdFrom != null) {
      map.put("jobIdFrom", jobIdFrom);
    }
    map.put("shell", shell());
    return map;
  }
}
