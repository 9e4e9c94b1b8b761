package io.millrace.bench.speed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * The CPU time of a JVM's JIT compiler and garbage collector, from the names of its threads on
 * Linux; zero elsewhere. A thread that has ended counts with its last known value.
 */
final class JvmThreads {
  /** Linux reports hundredths of a second. */
  private static final long TICK_MILLIS = 10;

  private static final int USER_TICKS = 11;
  private static final int SYSTEM_TICKS = 12;

  private final Path tasks;
  private final Map<String, Kind> kinds = new HashMap<>();
  private final Map<String, Duration> times = new HashMap<>();

  private enum Kind {
    COMPILER,
    COLLECTOR,
    OTHER
  }

  JvmThreads(long pid) {
    this.tasks = Path.of("/proc", Long.toString(pid), "task");
  }

  /** Updates the values. */
  void look() {
    if (!Files.isDirectory(tasks)) {
      return;
    }
    try (DirectoryStream<Path> threads = Files.newDirectoryStream(tasks)) {
      for (Path thread : threads) {
        look(thread);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + tasks, e);
    }
  }

  private void look(Path thread) throws IOException {
    String id = thread.getFileName().toString();
    if (kinds.get(id) == Kind.OTHER) {
      return;
    }
    try {
      String stat = Files.readString(thread.resolve("stat"));
      String name = name(stat);
      Kind kind = kind(name);
      // A new thread still has the program's name.
      if (!name.equals("java")) {
        kinds.put(id, kind);
      }
      if (kind != Kind.OTHER) {
        times.put(id, cpu(stat));
      }
    } catch (IOException e) {
      // The thread may have ended; its file is then missing or unreadable.
      if (Files.exists(thread)) {
        throw e;
      }
    }
  }

  /** The compiler's CPU time so far. */
  Duration compiler() {
    return sum(Kind.COMPILER);
  }

  /** The garbage collector's CPU time so far. */
  Duration collector() {
    return sum(Kind.COLLECTOR);
  }

  private Duration sum(Kind kind) {
    return times.entrySet().stream()
        .filter(time -> kinds.get(time.getKey()) == kind)
        .map(Map.Entry::getValue)
        .reduce(Duration.ZERO, Duration::plus);
  }

  private static Kind kind(String name) {
    if (name.startsWith("C1 Comp") || name.startsWith("C2 Comp")) {
      return Kind.COMPILER;
    }
    return name.startsWith("G1 ") || name.startsWith("GC Thread") ? Kind.COLLECTOR : Kind.OTHER;
  }

  /** The name, which is in parentheses and may contain some. */
  static String name(String stat) {
    return stat.substring(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
  }

  /** User and system time in a line of Linux's {@code /proc/<pid>/task/<tid>/stat}. */
  static Duration cpu(String stat) {
    String[] afterName = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    long ticks = Long.parseLong(afterName[USER_TICKS]) + Long.parseLong(afterName[SYSTEM_TICKS]);
    return Duration.ofMillis(ticks * TICK_MILLIS);
  }
}
