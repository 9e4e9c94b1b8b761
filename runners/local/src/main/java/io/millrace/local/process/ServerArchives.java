package io.millrace.local.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Archives of the servers' classes (class-data sharing), for programs that start many of them, such
 * as tests: a server starts with about half of the CPU time. The system property {@value
 * #DIRECTORY} names their directory; without it there are none.
 *
 * <p>The first server of a class path that exits in order writes the archive. Any number of
 * processes can share the directory. Each version of the jars has an archive of its own, and a JVM
 * that cannot use one starts without it.
 */
public final class ServerArchives {
  /** The directory of the archives. */
  public static final String DIRECTORY = "millrace.class.archives";

  private static final String WRITE = "millrace.server.archive";

  private ServerArchives() {}

  /** The JVM's options that use the archive of a server, or make it write one. */
  static List<String> options(String classPath, String mainClass) {
    String directory = System.getProperty(DIRECTORY, "");
    if (directory.isEmpty()) {
      return List.of();
    }
    try {
      return key(classPath, mainClass)
          .map(key -> Path.of(directory).toAbsolutePath().resolve(key + ".jsa"))
          .map(ServerArchives::options)
          .orElse(List.of());
    } catch (IOException e) {
      throw new LocalStackException("cannot read a server's class path: " + e.getMessage(), e);
    }
  }

  private static List<String> options(Path archive) {
    String quiet = "-Xlog:cds*=off";
    return Files.exists(archive)
        ? List.of("-XX:SharedArchiveFile=" + archive, quiet)
        : List.of("-XX:+RecordDynamicDumpInfo", "-D" + WRITE + "=" + archive, quiet);
  }

  /** Differs by all that makes an archive useless. Empty: there can be no archive. */
  private static Optional<String> key(String classPath, String mainClass) throws IOException {
    StringBuilder all = new StringBuilder(mainClass);
    all.append(System.getProperty("java.vm.version"));
    // Verified classes serve every JVM, but those of a JVM that does not verify only the like.
    all.append(System.getenv("JDK_JAVA_OPTIONS"));
    for (Path entry : entries(classPath)) {
      if (!Files.isRegularFile(entry)) {
        // The JVM archives no class path with a directory.
        return Optional.empty();
      }
      all.append(entry).append(Files.size(entry)).append(Files.getLastModifiedTime(entry));
    }
    String name = mainClass.substring(mainClass.lastIndexOf('.') + 1);
    return Optional.of(name + "-" + UUID.nameUUIDFromBytes(all.toString().getBytes(UTF_8)));
  }

  private static List<Path> entries(String classPath) throws IOException {
    List<Path> entries = new ArrayList<>();
    for (String entry : classPath.split(File.pathSeparator, -1)) {
      if (entry.endsWith("/*")) {
        try (Stream<Path> jars = Files.list(Path.of(entry).getParent())) {
          jars.sorted().forEach(entries::add);
        }
      } else {
        entries.add(Path.of(entry));
      }
    }
    return entries;
  }

  /** In a server: writes its archive when the JVM exits, if its parent asks for it. */
  public static void writeAtExitIfAsked() {
    if (System.getProperty(WRITE) != null) {
      Runtime.getRuntime()
          .addShutdownHook(new Thread(ServerArchives::writeIfAsked, "class-archive"));
    }
  }

  /** In a server that exits: writes its archive, if its parent asks for it. */
  public static void writeIfAsked() {
    String archive = System.getProperty(WRITE);
    if (archive != null) {
      write(Path.of(archive));
    }
  }

  /** Only one of several servers that exit at a time, and none if there is an archive by now. */
  private static void write(Path archive) {
    try {
      Files.createDirectories(archive.getParent());
      try (FileChannel file =
              FileChannel.open(
                  archive.resolveSibling(archive.getFileName() + ".lock"),
                  StandardOpenOption.CREATE,
                  StandardOpenOption.WRITE);
          FileLock lock = file.tryLock()) {
        if (lock != null && !Files.exists(archive)) {
          ClassArchive.write(archive);
        }
      }
    } catch (IOException e) {
      // The next server starts without an archive.
      System.err.println("WARN Cannot write " + archive + ": " + e.getMessage());
    }
  }
}
