package io.millrace.pipeline;

import io.millrace.options.MillraceOptions;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.options.PipelineOptionsFactory;

/** Turns Beam's complaints about flags into one line each for people. */
final class FlagErrors {
  private FlagErrors() {}

  /**
   * What is wrong with flags that Beam has refused, one line for each flag.
   *
   * @param refusal what Beam has thrown; most often it names no flag
   */
  static List<String> problems(String[] args, RuntimeException refusal) {
    List<String> problems =
        FlagTypes.of(PipelineOptionsFactory.getRegisteredOptions()).problems(List.of(args));
    if (!problems.isEmpty()) {
      return problems;
    }
    List<String> refused = new ArrayList<>();
    for (String arg : args) {
      try {
        Object unused = PipelineOptionsFactory.fromArgs(arg).as(MillraceOptions.class);
      } catch (RuntimeException e) {
        // Beam's message may repeat the value, which may be a secret.
        int equals = arg.indexOf('=');
        refused.add(
            (equals < 0 ? arg : arg.substring(0, equals))
                + ": Beam cannot read the value: see the documentation of Beam's options");
      }
    }
    return refused.isEmpty()
        ? List.of(
            String.valueOf(refusal.getMessage()).lines().findFirst().orElse("wrong flags")
                + ": see `scripts/millrace run --help`")
        : refused;
  }
}
