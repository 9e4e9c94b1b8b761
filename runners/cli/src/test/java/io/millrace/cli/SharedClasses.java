package io.millrace.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.local.LocalStack;
import io.millrace.local.process.ClassArchive;
import io.millrace.local.process.LocalFiles;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The command's classes, loaded and verified once for all its processes (class-data sharing). A
 * process starts with half of the CPU time then. The first test that starts a process makes the
 * archive in {@code target}, by a short run; tests of other JVMs wait for it.
 */
final class SharedClasses {
  private static final long LONGEST_MINUTES = 3;

  private SharedClasses() {}

  /** Made once for each JVM of tests. */
  private static final class Made {
    private static final List<String> OPTIONS = makeIfMissing();
  }

  /** The JVM's options for a command, with its class path: that of a user's command. */
  static List<String> options() {
    return Made.OPTIONS;
  }

  private static List<String> makeIfMissing() {
    Optional<Path> lib = packaged();
    if (lib.isEmpty()) {
      return List.of(
          "-cp",
          System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    }
    List<String> options = new ArrayList<>(List.of("-cp", lib.get() + "/*"));
    try {
      Path archive = make(lib.get(), options);
      // It is a help only: a JVM that cannot use it starts without it.
      options.addAll(0, List.of("-XX:SharedArchiveFile=" + archive, "-Xlog:disable"));
      return options;
    } catch (IOException e) {
      throw new IllegalStateException("cannot archive the command's classes", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** The directory with the command's jar and all that it needs; not before there is a jar. */
  private static Optional<Path> packaged() {
    try {
      Path own =
          Path.of(Millrace.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      return Optional.of(own).filter(Files::isRegularFile).map(Path::getParent);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Other jars have another archive. */
  private static String key(Path lib) throws IOException {
    StringBuilder all = new StringBuilder(System.getProperty("java.vm.version"));
    try (Stream<Path> jars = Files.list(lib)) {
      for (Path jar : jars.sorted().toList()) {
        all.append(jar).append(Files.size(jar)).append(Files.getLastModifiedTime(jar));
      }
    }
    return UUID.nameUUIDFromBytes(all.toString().getBytes(UTF_8)).toString();
  }

  private static Path make(Path lib, List<String> classPath)
      throws IOException, InterruptedException {
    Path directory = Files.createDirectories(lib.resolveSibling("class-archives"));
    Path archive = directory.resolve(key(lib) + ".jsa");
    try (FileChannel file =
            FileChannel.open(
                directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = file.lock()) {
      if (lock.isValid() && !Files.exists(archive)) {
        deleteArchives(directory);
        shortRun(directory.resolve("stack"), archive, classPath);
      }
    }
    return archive;
  }

  /** Those of earlier builds. */
  private static void deleteArchives(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.filter(file -> file.toString().endsWith(".jsa")).toList()) {
        Files.delete(file);
      }
    }
  }

  /** Some events from Kafka into ClickHouse, which loads most classes that commands need. */
  private static void shortRun(Path directory, Path archive, List<String> classPath)
      throws IOException, InterruptedException {
    try (LocalStack stack = LocalStack.builder().dataDirectory(directory.resolve("data")).start()) {
      String topic = "kafka://" + stack.kafka().address() + "/class-archive";
      MillraceProcess.Result sent = MillraceCommand.run("generate", "--to=" + topic, "--count=50");
      if (sent.exitCode() != 0) {
        throw new IllegalStateException(sent.err());
      }
      List<String> jvm = new ArrayList<>(RunningCommand.JVM);
      jvm.add("-XX:+RecordDynamicDumpInfo");
      jvm.add("-D" + ClassArchive.PROPERTY + "=" + archive);
      jvm.addAll(classPath);
      Process run =
          MillraceProcess.builder(
                  jvm,
                  "run",
                  "--untilCaughtUp",
                  "--metricsPort=0",
                  "--input=" + topic,
                  "--output=clickhouse"
                      + stack.clickHouse().address().substring("http".length())
                      + "/class_archive",
                  MillraceProcess.contract("query-events.yaml"))
              .redirectErrorStream(true)
              .redirectOutput(Files.createDirectories(directory).resolve("run.log").toFile())
              .start();
      boolean ended = run.waitFor(LONGEST_MINUTES, TimeUnit.MINUTES);
      run.destroyForcibly();
      if (!ended || run.exitValue() != 0 || !Files.exists(archive)) {
        throw new IllegalStateException(Files.readString(directory.resolve("run.log")));
      }
    }
    LocalFiles.deleteTree(directory.resolve("data"));
  }
}
