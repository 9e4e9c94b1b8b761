package io.millrace.bench.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The work of other processes on this computer during a measurement, in cores: the busy time of all
 * cores that neither this process nor its descendants have taken. Time that a hypervisor has taken
 * from the machine counts, too. It is known on Linux only.
 */
public final class OtherWork {
  /** The share of the cores that others may take. The system itself takes up to a twentieth. */
  private static final double MOST_SHARE = 0.1;

  private static final Path ALL = Path.of("/proc/stat");

  /** Linux's unit of these times, for every program. */
  private static final double TICKS_PER_SECOND = 100;

  /** Positions in the line of all cores: idle time and waiting are not work. */
  private static final List<Integer> BUSY = List.of(1, 2, 3, 6, 7, 8);

  /** Positions behind a process's name: its own time, and that of its children that have ended. */
  private static final List<Integer> OWN = List.of(11, 12, 13, 14);

  /**
   * A moment.
   *
   * @param nanos {@link System#nanoTime}
   * @param busy time of all cores, in ticks
   * @param own time of this process and its descendants, in ticks
   */
  record Reading(long nanos, long busy, long own) {}

  private final Supplier<Optional<Reading>> readings;
  private final int cores;
  private final Optional<Reading> begin;

  OtherWork(Supplier<Optional<Reading>> readings, int cores) {
    this.readings = readings;
    this.cores = cores;
    this.begin = readings.get();
  }

  /** Begins to watch; call it before the first process of the measurement starts. */
  public static OtherWork begin() {
    return new OtherWork(OtherWork::read, Runtime.getRuntime().availableProcessors());
  }

  /** A report of what was measured since the beginning, which says whether its figures count. */
  public Report judge(Report report) {
    return new JudgedReport(report, others(), cores, MOST_SHARE * cores);
  }

  /** How many cores others have taken on average; empty if it is not known. */
  Optional<Double> others() {
    Optional<Reading> end = readings.get();
    if (begin.isEmpty() || end.isEmpty()) {
      return Optional.empty();
    }
    Reading from = begin.get();
    Reading to = end.get();
    double seconds = (to.nanos - from.nanos) / 1e9;
    double ticks = (to.busy - from.busy) - (to.own - from.own);
    return Optional.of(Math.max(0, ticks / TICKS_PER_SECOND / seconds));
  }

  /** Now; empty elsewhere than on Linux. */
  static Optional<Reading> read() {
    if (!Files.isReadable(ALL)) {
      return Optional.empty();
    }
    try (Stream<String> lines = Files.lines(ALL)) {
      long busy = busy(lines.findFirst().orElse(""));
      ProcessHandle self = ProcessHandle.current();
      long own =
          Stream.concat(Stream.of(self), self.descendants())
              .mapToLong(process -> ofProcess(process.pid()))
              .sum();
      return Optional.of(new Reading(System.nanoTime(), busy, own));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + ALL, e);
    }
  }

  private static long ofProcess(long pid) {
    try {
      return own(Files.readString(Path.of("/proc", Long.toString(pid), "stat")));
    } catch (IOException e) {
      // It has just ended: its parent has its time.
      return 0;
    }
  }

  /** The time in Linux's {@code /proc/<pid>/stat}; the name in parentheses may hold anything. */
  static long own(String stat) {
    return sum(stat.substring(stat.lastIndexOf(')') + 2), OWN);
  }

  /** The busy time in the first line of Linux's {@code /proc/stat}. */
  static long busy(String line) {
    return sum(line, BUSY);
  }

  private static long sum(String line, List<Integer> positions) {
    List<String> words = List.of(line.trim().split(" +", -1));
    return positions.stream()
        .filter(position -> position < words.size())
        .mapToLong(position -> Long.parseLong(words.get(position)))
        .sum();
  }
}
