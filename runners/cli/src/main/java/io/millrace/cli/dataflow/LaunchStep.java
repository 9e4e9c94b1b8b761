package io.millrace.cli.dataflow;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
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
 * @param jobIdFrom the command that tells the job's id, which this one needs; null if it needs none
 */
record LaunchStep(String name, String why, List<String> command, @Nullable List<String> jobIdFrom) {
  private static final String JOB_ID = "JOB_ID";

  /**
   * The commands of actions, in the order of a job's life.
   *
   * @param contract a file that must be uploaded first; null if it is there
   */
  static List<LaunchStep> of(
      TemplatePlan plan, Set<Action> asked, @Nullable Path contract, @Nullable String place) {
    List<LaunchStep> steps = new ArrayList<>();
    for (Action action : Action.values()) {
      boolean wanted = asked.isEmpty() ? action != Action.CANCEL : asked.contains(action);
      if (wanted && (action != Action.UPLOAD || contract != null)) {
        steps.add(of(action, plan, contract, place));
      }
    }
    return steps;
  }

  private static LaunchStep of(Action action, TemplatePlan plan, Path contract, String place) {
    String name = action.name().toLowerCase(Locale.ROOT);
    return switch (action) {
      case BUILD ->
          new LaunchStep(
              name,
              "make the template: its image and its specification",
              plan.build(TemplateFiles.jar(), TemplateFiles.metadata()),
              null);
      case UPLOAD ->
          new LaunchStep(
              name,
              "put the contract where the template's launcher reads it",
              plan.upload(contract, place),
              null);
      case RUN -> new LaunchStep(name, "start the job", plan.run(), null);
      case UPDATE ->
          new LaunchStep(name, "put this version in the running one's place", plan.update(), null);
      case DRAIN ->
          new LaunchStep(name, "write what was read, then end the job", plan.drain(), plan.list());
      case CANCEL ->
          new LaunchStep(
              name,
              "end the job at once, with what it has not written",
              plan.cancel(),
              plan.list());
    };
  }

  /** The command for a job. */
  List<String> command(String jobId) {
    return command.stream().map(word -> word.equals(JOB_ID) ? jobId : word).toList();
  }

  /** What a shell is to be given. */
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

  static String json(Object value) {
    try {
      return new ObjectMapper().writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
