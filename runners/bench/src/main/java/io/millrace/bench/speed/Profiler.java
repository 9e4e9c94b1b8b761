package io.millrace.bench.speed;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * async-profiler from Flink's jars. Samples all threads of a JVM every 2 ms of CPU time and writes
 * the samples at exit.
 *
 * @param library the agent's library
 */
record Profiler(Path library) {
  private static final String FILE = "libasyncProfiler.so";

  /** Unpacks the profiler; empty if this machine is not supported. */
  static Optional<Profiler> unpack(Path directory) {
    try (InputStream in = Profiler.class.getResourceAsStream("/" + platform() + "/" + FILE)) {
      if (in == null) {
        return Optional.empty();
      }
      Path library = directory.resolve(FILE);
      Files.copy(in, library);
      return Optional.of(new Profiler(library));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot unpack the profiler to " + directory, e);
    }
  }

  private static String platform() {
    if (System.getProperty("os.name").startsWith("Mac")) {
      return "macos";
    }
    String arch = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
    return arch.equals("aarch64") ? "linux-arm64" : "linux-x64";
  }

  /** The JVM flag that writes {@link ProfileByPart#read a profile} to a file. */
  String flag(Path profile) {
    return "-agentpath:"
        + library
        + "=start,event=itimer,interval=2ms,collapsed,threads,file="
        + profile;
  }
}
