package io.millrace.local.clickhouse;

import io.millrace.local.process.ChildProcess;
import io.millrace.local.process.LocalStackException;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;

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
  private static final int TAR_BLOCK = 512;
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
      String found = sha512(archive);
      if (!found.equals(release.getProperty("sha512"))) {
        throw new LocalStackException(
            "the ClickHouse engine downloaded by npm has the wrong checksum (sha512-%s); %s"
                .formatted(found, INSTEAD));
      }
      Path unpacked = temporary.resolve("libchdb.so");
      unpack(archive, unpacked);
      Files.move(unpacked, library, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      ChildProcess.deleteTree(temporary);
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

  private static String sha512(Path file) throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-512");
      try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
        byte[] buffer = new byte[1 << 16];
        while (in.read(buffer) >= 0) {
          // The digest sees what is read.
        }
      }
      return Base64.getEncoder().encodeToString(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Reads the subset of the tar format that npm writes: 512-byte headers, octal sizes. */
  private static void unpack(Path archive, Path target) throws IOException {
    try (InputStream tar =
        new BufferedInputStream(
            new GZIPInputStream(Files.newInputStream(archive), 1 << 16), 1 << 16)) {
      for (byte[] header = tar.readNBytes(TAR_BLOCK);
          header.length == TAR_BLOCK && header[0] != 0;
          header = tar.readNBytes(TAR_BLOCK)) {
        long size = Long.parseLong(tarField(header, 124, 12), 8);
        if (tarField(header, 0, 100).equals("package/libchdb.so")) {
          copy(tar, size, target);
          return;
        }
        tar.skipNBytes((size + TAR_BLOCK - 1) / TAR_BLOCK * TAR_BLOCK);
      }
    }
    throw new LocalStackException("the downloaded package contains no libchdb.so; " + INSTEAD);
  }

  private static String tarField(byte[] header, int offset, int length) {
    String field = new String(header, offset, length, StandardCharsets.US_ASCII);
    int end = field.indexOf('\0');
    return (end < 0 ? field : field.substring(0, end)).strip();
  }

  private static void copy(InputStream in, long size, Path target) throws IOException {
    byte[] buffer = new byte[1 << 16];
    try (OutputStream out = Files.newOutputStream(target)) {
      long left = size;
      while (left > 0) {
        int count = in.read(buffer, 0, (int) Math.min(buffer.length, left));
        if (count < 0) {
          throw new EOFException("the downloaded package is truncated");
        }
        out.write(buffer, 0, count);
        left -= count;
      }
    }
  }
}
