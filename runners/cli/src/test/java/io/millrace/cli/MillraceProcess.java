package io.millrace.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The command in a process of its own, as a user calls it. */
public final class MillraceProcess {
  /** An option for commands that run long or need the CPU. */
  public static final String BOTH_COMPILERS = "-XX:TieredStopAtLevel=4";

  /** Most runs are too short for the second compiler and a concurrent collector. */
  private static final List<String> SHORT_RUN =
      List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:MetaspaceSize=192m");

  private static final long LONGEST_MINUTES = 5;

  private MillraceProcess() {}

  /** What a command printed and returned. */
  public record Result(int exitCode, String out, String err) {
    public List<String> errLines() {
      return err.lines().toList();
    }
  }

  /** The checkout's root. */
  public static Path root() {
    return Path.of(System.getProperty("basedir", "."), "../..").toAbsolutePath().normalize();
  }

  public static String contract(String name) {
    return "--contract=" + root().resolve("test-data/contracts/" + name);
  }

  public static Process start(String... args) {
    return start(Map.of(), List.of(), args);
  }

  /** With more in its environment, and with options of the JVM. */
  public static Process start(Map<String, String> environment, List<String> jvm, String... args) {
    List<String> all = new ArrayList<>(jvm);
    all.addAll(SharedClasses.options());
    ProcessBuilder builder = builder(all, args);
    builder.environment().putAll(environment);
    try {
      return builder.start();
    } catch (IOException e) {
      throw new IllegalStateException("cannot start the command", e);
    }
  }

  /**
   * A command that is not started yet.
   *
   * @param jvm options of the JVM, with its class path
   */
  static ProcessBuilder builder(List<String> jvm, String... args) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx1g");
    command.add("-XX:+ExitOnOutOfMemoryError");
    command.addAll(SHORT_RUN);
    command.addAll(jvm);
    command.add(Millrace.class.getName());
    Collections.addAll(command, args);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("MILLRACE_HOME", root().toString());
    // The JVM would print that it uses them.
    builder.environment().remove("JDK_JAVA_OPTIONS");
    return builder;
  }

  public static Result run(String... args) throws InterruptedException {
    return run(Map.of(), List.of(), args);
  }

  public static Result run(Map<String, String> environment, List<String> jvm, String... args)
      throws InterruptedException {
    Process process = start(environment, jvm, args);
    CompletableFuture<String> out = read(process.getInputStream());
    CompletableFuture<String> err = read(process.getErrorStream());
    if (!process.waitFor(LONGEST_MINUTES, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      throw new IllegalStateException(
          "no end after " + LONGEST_MINUTES + " minutes; so far: " + out.join() + err.join());
    }
    return new Result(process.exitValue(), out.join(), err.join());
  }

  static CompletableFuture<String> read(java.io.InputStream stream) {
    return CompletableFuture.supplyAsync(
        () -> {
          try (stream) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
          } catch (IOException e) {
            throw new IllegalStateException("cannot read the command's output", e);
          }
        });
  }
}
