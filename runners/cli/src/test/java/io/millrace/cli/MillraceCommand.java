package io.millrace.cli;

import io.millrace.local.process.MillraceHome;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The command within the JVM of the tests. It runs the same code as {@link MillraceProcess}, which
 * tests use that need a process: its signals, environment, exit or start.
 */
public final class MillraceCommand {
  private MillraceCommand() {}

  /** Runs a command with its local stack in {@code home/.millrace}, see {@link #run}. */
  public static MillraceProcess.Result runIn(Path home, String... args) {
    String before = System.getProperty(MillraceHome.PROPERTY);
    System.setProperty(MillraceHome.PROPERTY, home.toString());
    try {
      return run(args);
    } finally {
      if (before == null) {
        System.clearProperty(MillraceHome.PROPERTY);
      } else {
        System.setProperty(MillraceHome.PROPERTY, before);
      }
    }
  }

  /** Runs a command with flags and more of them, see {@link #run}. */
  public static MillraceProcess.Result run(String name, List<String> flags, String... more) {
    List<String> args = new ArrayList<>(List.of(name));
    args.addAll(flags);
    args.addAll(List.of(more));
    return run(args.toArray(String[]::new));
  }

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
