package io.millrace.dataflow;

import io.millrace.pipeline.ExitCodes;
import java.util.Arrays;
import java.util.List;
import org.apache.beam.runners.dataflow.DataflowRunner;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Extracts the problems that the user can fix from a failed launch, one line each. */
final class LaunchProblems {
  private LaunchProblems() {}

  /** The problems; null for any other failure, which needs its stack trace. */
  static @Nullable List<String> of(Throwable failure) {
    List<String> problems = ExitCodes.problems(failure);
    if (problems != null) {
      return problems;
    }
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (isOfTheRunner(cause)) {
        return List.of(
            "the Dataflow runner cannot start the job: "
                + because(cause)
                + ". See docs/dataflow.md for prerequisites");
      }
    }
    return null;
  }

  /** Whether the runner threw it while validating its options; a wrapping exception is not. */
  private static boolean isOfTheRunner(Throwable cause) {
    return Arrays.stream(cause.getStackTrace())
        .anyMatch(
            frame ->
                frame.getClassName().equals(DataflowRunner.class.getName())
                    && frame.getMethodName().equals("fromOptions"));
  }

  /** The first lines of its message and of the innermost cause's. */
  private static String because(Throwable failure) {
    Throwable innermost = failure;
    while (innermost.getCause() != null) {
      innermost = innermost.getCause();
    }
    String first = firstLine(failure);
    String last = firstLine(innermost);
    return first.contains(last) ? first : first + ": " + last;
  }

  private static String firstLine(Throwable failure) {
    String message = failure.getMessage();
    return message == null
        ? failure.getClass().getSimpleName()
        : message.lines().findFirst().orElse("").strip();
  }
}
