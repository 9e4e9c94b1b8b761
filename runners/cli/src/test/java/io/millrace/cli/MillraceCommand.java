package io.millrace.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * The command within the JVM of the tests. It runs the same code as {@link MillraceProcess}, which
 * tests use that need a process: its signals, environment, exit or start.
 */
public final class MillraceCommand {
  private MillraceCommand() {}

  /** Runs a command and returns what it printed. Not for tests that run in parallel. */
  public static MillraceProcess.Result run(String... args) {
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    ByteArrayOutputStream errors = new ByteArrayOutputStream();
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(errors, true, StandardCharsets.UTF_8));
    int exitCode;
    try {
      exitCode = Millrace.run(args);
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
    return new MillraceProcess.Result(
        exitCode,
        printed.toString(StandardCharsets.UTF_8),
        errors.toString(StandardCharsets.UTF_8));
  }
}
