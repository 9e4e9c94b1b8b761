package io.millrace.bench.speed;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.bench.contender.ContenderProcess;
import io.millrace.bench.contender.JobSpec;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A contender's process. All use the same Java, heap, garbage collector and flags. */
final class ChildRun implements RunWatch.Workers, AutoCloseable {
  private static final List<String> FLAGS =
      List.of(
          "-Xms2g",
          "-Xmx2g",
          // JDK_JAVA_OPTIONS may name another one.
          "-XX:-UseSerialGC",
          "-XX:+UseG1GC",
          "-XX:+ExitOnOutOfMemoryError",
          "--add-opens=java.base/java.lang=ALL-UNNAMED",
          "--add-opens=java.base/java.net=ALL-UNNAMED",
          "--add-opens=java.base/java.nio=ALL-UNNAMED",
          "--add-opens=java.base/java.time=ALL-UNNAMED",
          "--add-opens=java.base/java.util=ALL-UNNAMED",
          "--add-opens=java.base/java.util.concurrent=ALL-UNNAMED");
  private static final int LOG_LINES = 15;

  private static final int KIBIBYTE = 1024;
  private static final String PEAK = "VmHWM:";

  private final Process process;
  private final long started = System.nanoTime();
  private final Path out;
  private final Path log;

  private ChildRun(Process process, Path out, Path log) {
    this.process = process;
    this.out = out;
    this.log = log;
  }

  /**
   * Starts a job in a child process, which ends with this one at the latest.
   *
   * @param flags further JVM flags
   */
  static ChildRun start(JobSpec spec, List<String> flags) {
    Path directory = Path.of(spec.directory());
    Path file = directory.resolve("job.json");
    Path out = directory.resolve("out");
    Path log = directory.resolve("log");
    try {
      Path temporary = Files.createDirectories(directory.resolve("tmp"));
      spec.write(file);
      List<String> command = new ArrayList<>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(FLAGS);
      // Temporary files are deleted with the run's directory.
      command.add("-Djava.io.tmpdir=" + temporary);
      command.addAll(extraFlags());
      command.addAll(flags);
      command.addAll(
          List.of("-cp", classPath(), ContenderProcess.class.getName(), file.toString()));
      Process process =
          new ProcessBuilder(command)
              .redirectOutput(out.toFile())
              .redirectError(log.toFile())
              .start();
      return new ChildRun(process, out, log);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start a process in " + directory, e);
    }
  }

  /** Further flags for every contender's Java, for a profiler: {@code MILLRACE_SPEED_JAVA}. */
  private static List<String> extraFlags() {
    String flags = System.getenv("MILLRACE_SPEED_JAVA");
    return flags == null || flags.isBlank() ? List.of() : List.of(flags.strip().split("\\s+"));
  }

  private static String classPath() {
    // Surefire runs tests from a jar that only lists the class path.
    String path =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return Arrays.stream(path.split(File.pathSeparator, -1))
        .filter(entry -> !entry.isEmpty())
        .map(entry -> Path.of(entry).toAbsolutePath().toString())
        .collect(Collectors.joining(File.pathSeparator));
  }

  @Override
  public List<Long> pids() {
    return List.of(process.pid());
  }

  @Override
  public void requireRunning() {
    if (!process.isAlive()) {
      throw new IllegalStateException(
          "its process exited with code " + process.exitValue() + ":\n" + tail());
    }
  }

  /** When the process started, a {@link System#nanoTime}. */
  long started() {
    return started;
  }

  /** Its largest resident memory so far, from Linux's {@code /proc}; 0 elsewhere. */
  long peakBytes() {
    Path status = Path.of("/proc", Long.toString(process.pid()), "status");
    if (!Files.isReadable(status)) {
      return 0;
    }
    try (Stream<String> lines = Files.lines(status)) {
      return lines
          .filter(line -> line.startsWith(PEAK))
          .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * KIBIBYTE)
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + status, e);
    }
  }

  /** Ends the process and returns its counts. */
  Map<String, Long> stop() {
    try {
      process.getOutputStream().write('\n');
      process.getOutputStream().flush();
      if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new IllegalStateException("its process did not stop on request:\n" + tail());
      }
      List<String> lines = Files.readAllLines(out);
      return new ObjectMapper()
          .readValue(lines.get(lines.size() - 1), new TypeReference<Map<String, Long>>() {});
    } catch (IOException e) {
      throw new UncheckedIOException("its process does not respond:\n" + tail(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private String tail() {
    try {
      List<String> lines = Files.readAllLines(log);
      return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
    } catch (IOException e) {
      return "cannot read its log: " + e.getMessage();
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor(30, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
