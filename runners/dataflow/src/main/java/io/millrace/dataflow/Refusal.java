package io.millrace.dataflow;

import io.millrace.io.SinkException;
import io.millrace.io.SourceException;
import io.millrace.io.flags.ConfigException;
import java.util.Arrays;
import java.util.List;
import org.apache.beam.runners.dataflow.DataflowRunner;
import org.checkerframework.checker.nullness.qual.Nullable;

/** What keeps a job from being started and can be mended by who starts it, in one line each. */
final class Refusal {
  private Refusal() {}

  /** The lines; null if it is another failure, whose stack trace is needed. */
  static @Nullable List<String> lines(Throwable failure) {
    if (failure instanceof ConfigException e) {
      return e.problems();
    }
    if (failure instanceof SinkException e) {
      return e.problems();
    }
    if (failure instanceof SourceException e) {
      return List.of(e.getMessage());
    }
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (isOfTheRunner(cause)) {
        return List.of(
            "Dataflow's runner cannot start the job: "
                + because(cause)
                + "; docs/dataflow.md tells what it needs");
      }
    }
    return null;
  }

  /** Whether the runner threw it while it read its flags: what it is wrapped into, is not. */
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
