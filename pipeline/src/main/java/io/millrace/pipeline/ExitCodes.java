package io.millrace.pipeline;

import io.millrace.io.SinkException;
import io.millrace.io.SourceException;
import io.millrace.io.flags.ConfigException;
import java.util.List;
import java.util.function.Consumer;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The exit codes of Millrace's programs, and how they report an error that a user can fix: one line
 * for each problem. No state.
 */
public final class ExitCodes {
  /** The run ended, and not as it should. */
  public static final int FAILED = 1;

  /** The run did not start: wrong flags, a wrong contract, or a server that is not as expected. */
  public static final int WRONG_USE = 2;

  private ExitCodes() {}

  /**
   * What a user can fix, one line for each problem.
   *
   * @return null for any other failure: its stack trace is needed
   */
  public static @Nullable List<String> problems(Throwable failure) {
    if (failure instanceof ConfigException e) {
      return e.problems();
    }
    if (failure instanceof SinkException e) {
      return e.problems();
    }
    if (failure instanceof SourceException || failure instanceof WrongUseException) {
      return failure.getMessage().lines().toList();
    }
    return null;
  }

  /**
   * Prints problems.
   *
   * @param err receives each line
   * @return the exit code
   */
  public static int report(List<String> problems, Consumer<String> err) {
    problems.forEach(problem -> err.accept("millrace: " + problem));
    return WRONG_USE;
  }

  /**
   * Prints what a user can fix.
   *
   * @param err receives each line
   * @return the exit code
   * @throws RuntimeException the failure itself, if its stack trace is needed
   */
  public static int report(RuntimeException failure, Consumer<String> err) {
    List<String> problems = problems(failure);
    if (problems == null) {
      throw failure;
    }
    return report(problems, err);
  }
}
