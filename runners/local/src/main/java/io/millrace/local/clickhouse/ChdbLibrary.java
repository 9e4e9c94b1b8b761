package io.millrace.local.clickhouse;

import io.millrace.local.process.LocalFiles;
import io.millrace.local.process.LocalStackException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.commons.codec.digest.MessageDigestAlgorithms;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * The ClickHouse engine as a shared library. Downloaded once with {@code npm pack}, verified
 * against a pinned checksum and cached in {@code $MILLRACE_CACHE} or {@code ~/.cache/millrace}. The
 * download is 167 MB, the library 560 MB. Safe for concurrent processes.
 *
 * @param cache directory for all versions
 * @param npm the npm command
 * @param platform the JVM's names of operating system and architecture
 */
record ChdbLibrary(Path cache, String npm, String platform, Properties release) {
  private static final String INSTEAD =
      "use a running ClickHouse with --clickhouse=URL, or put a clickhouse binary on the PATH";
  private static final Pattern NPM_CODE = Pattern.compile("npm (?:error|ERR!) code (\\w+)");
  private static final Object IN_THIS_JVM = new Object();

  static ChdbLibrary ofThisComputer() {
    return new ChdbLibrary(
        cacheDirectory(System.getenv()),
        "npm",
        System.getProperty("os.name") + " " + System.getProperty("os.arch"),
        pinnedRelease());
  }

  static Path cacheDirectory(Map<String, String> environment) {
    String given = environment.getOrDefault("MILLRACE_CACHE", "");
    return given.isEmpty()
        ? Path.of(System.getProperty("user.home"), ".cache", "millrace")
        : Path.of(given).toAbsolutePath();
  }

  static Properties pinnedRelease() {
    Properties properties = new Properties();
    try (InputStream in = ChdbLibrary.class.getResourceAsStream("chdb.properties")) {
      properties.load(in);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return properties;
  }

  String version() {
    return release.getProperty("version");
  }

  /**
   * The library's path, after downloading it if needed (about 15 s).
   *
   * @throws LocalStackException if the platform is unsupported, npm is missing or fails, or the
   *     checksum differs
   */
  Path locate(Consumer<String> progress) {
    if (!platform.equals("Linux amd64")) {
      throw new LocalStackException(
          "the embedded ClickHouse engine supports only Linux x86_64, not %s; %s"
              .formatted(platform, INSTEAD));
    }
    Path directory = cache.resolve("chdb").resolve(version());
    Path library = directory.resolve("libchdb.so");
    if (Files.exists(library)) {
      return library;
    }
    // A file lock excludes only other processes; the monitor excludes threads of this one.
    synchronized (IN_THIS_JVM) {
      try {
        Files.createDirectories(directory);
        try (FileChannel channel =
                FileChannel.open(
                    directory.resolve("fetch.lock"),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE);
            FileLock lock = channel.lock()) {
          if (lock.isValid() && !Files.exists(library)) {
            progress.accept("fetching the ClickHouse engine " + version() + " (167 MB, once)");
            fetch(directory, library);
          }
        }
      } catch (IOException e) {
        throw new LocalStackException(
            "cannot write the ClickHouse engine to " + directory + ": " + e.getMessage(), e);
      }
    }
    return library;
  }

  private void fetch(Path directory, Path library) throws IOException {
    Path temporary = Files.createTempDirectory(directory, "fetch-");
    try {
      pack(temporary);
      Path archive;
      try (DirectoryStream<Path> archives = Files.newDirectoryStream(temporary, "*.tgz")) {
        archive = archives.iterator().next();
      }
      byte[] digest = new DigestUtils(MessageDigestAlgorithms.SHA_512).digest(archive);
      String found = Base64.getEncoder().encodeToString(digest);
      if (!found.equals(release.getProperty("sha512"))) {
        throw new LocalStackException(
            "the ClickHouse engine downloaded by npm has the wrong checksum (sha512-%s); %s"
                .formatted(found, INSTEAD));
      }
      Path unpacked = temporary.resolve("libchdb.so");
      unpack(archive, unpacked);
      Files.move(unpacked, library, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      LocalFiles.deleteTree(temporary);
    }
  }

  private void pack(Path directory) throws IOException {
    Path output = directory.resolve("npm.out");
    Process process;
    try {
      process =
          new ProcessBuilder(List.of(npm, "pack", release.getProperty("package") + "@" + version()))
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
    } catch (IOException e) {
      throw new LocalStackException(
          "npm is required to download the ClickHouse engine, but is not on the PATH. Install it,"
              + " or "
              + INSTEAD,
          e);
    }
    try {
      if (!process.waitFor(10, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        throw new LocalStackException(
            "npm did not download the ClickHouse engine within ten minutes. Check the network, or "
                + INSTEAD);
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new LocalStackException("interrupted while fetching the ClickHouse engine", e);
    }
    if (process.exitValue() != 0) {
      // npm's text may name a private registry, so the message contains only its error code.
      Matcher code = NPM_CODE.matcher(Files.readString(output));
      throw new LocalStackException(
          "npm cannot download the ClickHouse engine "
              + version()
              + " ("
              + (code.find() ? code.group(1) : "exit status " + process.exitValue())
              + "). Check the network, or "
              + INSTEAD);
    }
  }

  private static void unpack(Path archive, Path target) throws IOException {
    try (var tar =
        new TarArchiveInputStream(new GZIPInputStream(Files.newInputStream(archive), 1 << 16))) {
      for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        if (entry.getName().equals("package/libchdb.so")) {
          Files.copy(tar, target);
          return;
        }
      }
    }
    throw new LocalStackException("the downloaded package contains no libchdb.so; " + INSTEAD);
  }
}
