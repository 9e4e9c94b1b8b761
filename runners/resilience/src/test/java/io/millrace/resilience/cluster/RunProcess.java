package io.millrace.resilience.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;

import io.millrace.cli.Millrace;
import io.millrace.local.process.LocalStackException;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** The command {@code run} in processes of its own, which may be killed. Not thread-safe. */
final class RunProcess implements AutoCloseable {
  private static final Duration LONGEST = Duration.ofMinutes(4);

  private final Path directory;
  private final List<String> flags;
  private Process process;

  private RunProcess(Path directory, List<String> flags) throws IOException {
    this.directory = directory;
    this.flags = List.copyOf(flags);
    this.process = process();
  }

  /**
   * Starts the command.
   *
   * @param directory for its files
   */
  static RunProcess start(Path directory, List<String> flags) throws IOException {
    return new RunProcess(directory, flags);
  }

  /** Kills it, and starts it again. */
  void killAndStart() throws IOException, InterruptedException {
    process.destroyForcibly().waitFor();
    process = process();
  }

  /** Asks it to stop, and waits until it has. */
  void stop() throws IOException, InterruptedException {
    process.toHandle().destroy();
    awaitEnd();
  }

  /** Waits until it has ended by itself. Returns the exit code. */
  int ended() throws IOException, InterruptedException {
    awaitEnd();
    return process.exitValue();
  }

  private void awaitEnd() throws IOException, InterruptedException {
    if (!process.waitFor(LONGEST.toMinutes(), TimeUnit.MINUTES)) {
      String threads = threads();
      throw new AssertionError("it does not end: " + output() + threads);
    }
  }

  /** The threads of the process, with their stacks. */
  private String threads() throws IOException {
    Process jstack =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jstack").toString(),
                Long.toString(process.pid()))
            .redirectErrorStream(true)
            .start();
    return new String(jstack.getInputStream().readAllBytes(), UTF_8);
  }

  /** Waits for something while it runs. */
  void await(String what, BooleanSupplier there) {
    long deadline = System.nanoTime() + LONGEST.toNanos();
    while (!isThere(there)) {
      assertThat("no " + what + ": " + output(), System.nanoTime() < deadline);
      assertThat("the run goes on: " + output(), process.isAlive());
      LockSupport.parkNanos(200_000_000);
    }
  }

  private static boolean isThere(BooleanSupplier there) {
    try {
      return there.getAsBoolean();
    } catch (LocalStackException e) {
      // The engine is away at the moment.
      return false;
    }
  }

  private Path log() {
    return directory.resolve("run.log");
  }

  /** What all of its processes have printed. */
  String output() {
    try {
      return Files.readString(log());
    } catch (IOException e) {
      return e.toString();
    }
  }

  private Process process() throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx1g");
    command.addAll(
        List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:MetaspaceSize=192m"));
    for (String open : List.of("lang", "net", "nio", "time", "util", "util.concurrent")) {
      command.add("--add-opens=java.base/java." + open + "=ALL-UNNAMED");
    }
    command.addAll(classes());
    command.add(Millrace.class.getName());
    command.add("run");
    command.addAll(flags);
    if (!Files.exists(log())) {
      Files.writeString(log(), "", StandardOpenOption.CREATE);
    }
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("MILLRACE_HOME", directory.toString());
    builder.environment().remove("JDK_JAVA_OPTIONS");
    return builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile())).start();
  }

  /**
   * The jars that scripts/millrace runs, with the archive of their classes if the tests of the
   * command have made one. A JVM that cannot use it starts without.
   */
  private static List<String> classes() throws IOException {
    Path jar;
    try {
      jar = Path.of(Millrace.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
    if (!Files.isRegularFile(jar)) {
      return List.of(
          "-cp",
          System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    }
    List<String> options = new ArrayList<>(List.of("-cp", jar.resolveSibling("*").toString()));
    Path archives = jar.getParent().resolveSibling("class-archives");
    if (Files.isDirectory(archives)) {
      try (Stream<Path> files = Files.list(archives)) {
        files
            .filter(file -> file.toString().endsWith(".jsa"))
            .findFirst()
            .ifPresent(
                file -> options.addAll(List.of("-XX:SharedArchiveFile=" + file, "-Xlog:disable")));
      }
    }
    return options;
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
