package io.millrace.pipeline;

import io.millrace.options.MillraceOptions;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.options.PipelineOptionsFactory;

/** Turns Beam's exceptions about flags into one line each. */
final class FlagErrors {
  private FlagErrors() {}

  /**
   * The problems of flags that Beam has rejected, one line each.
   *
   * @param refusal Beam's exception, which usually does not name the flag
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
        // Beam's message is not used, because it may quote a secret value.
        int equals = arg.indexOf('=');
        refused.add(
            (equals < 0 ? arg : arg.substring(0, equals))
                + ": Beam cannot read the value: see the documentation of Beam's options");
      }
    }
    return refused.isEmpty()
        ? List.of(
            String.valueOf(refusal.getMessage()).lines().findFirst().orElse("invalid flags")
                + ": see `scripts/millrace run --help`")
        : refused;
  }
}
