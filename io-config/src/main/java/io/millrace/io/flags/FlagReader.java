package io.millrace.io.flags;

import io.millrace.contract.Durations;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.apache.beam.sdk.options.PipelineOptions;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Parses the flags of a run and collects every problem, one line each. Not thread-safe. */
public final class FlagReader {
  private final PipelineOptions options;
  private final List<String> problems = new ArrayList<>();

  public FlagReader(PipelineOptions options) {
    this.options = options;
  }

  public <T extends PipelineOptions> T as(Class<T> flags) {
    return options.as(flags);
  }

  public RunnerProfile runner() {
    return RunnerProfile.of(options);
  }

  /** Reports a problem: the flag, what is wrong with it, and what to do. */
  public void problem(String flag, String line) {
    problems.add("--" + flag + ": " + line);
  }

  /** Reports problems that do not belong to one flag. */
  public void problems(List<String> lines) {
    problems.addAll(lines);
  }

  public List<String> problems() {
    return List.copyOf(problems);
  }

  /** Parses a required flag. Reports a problem and returns null if it is missing or invalid. */
  public <T> @Nullable T required(
      String flag, @Nullable String text, Function<String, @Nullable T> parse) {
    if (text == null || text.isEmpty()) {
      problems.add("--" + flag + " is missing");
      return null;
    }
    return parsed(flag, text, parse);
  }

  /**
   * Parses an optional flag. Returns null if it is missing; also reports a problem if it is
   * invalid.
   *
   * @param parse throws {@link IllegalArgumentException} with one line, without secrets
   */
  public <T> @Nullable T parsed(
      String flag, @Nullable String text, Function<String, @Nullable T> parse) {
    if (text == null) {
      return null;
    }
    try {
      return parse.apply(text);
    } catch (IllegalArgumentException e) {
      problem(flag, String.valueOf(e.getMessage()));
      return null;
    }
  }

  /**
   * Parses an optional duration. Returns null if it is missing; also reports a problem if it is
   * invalid.
   */
  public @Nullable Duration duration(String flag, @Nullable String text) {
    return parsed(flag, text, FlagReader::duration);
  }

  /** Parses an optional duration as {@link #duration}; zero is a problem, too. */
  public @Nullable Duration positiveDuration(String flag, @Nullable String text) {
    Duration duration = duration(flag, text);
    if (duration != null && duration.isZero()) {
      problem(flag, "expected at least 1ms, found 0");
    }
    return duration;
  }

  private static Duration duration(String text) {
    try {
      return Durations.parse(text);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "expected a duration such as 10s, 5m, 1h or 7d, never negative; found `" + text + "`", e);
    }
  }

  public void atLeast(String flag, long value, long least) {
    if (value < least) {
      problem(flag, "expected at least " + least + ", found " + value);
    }
  }

  /** Whether a flag with two valid values has the second one. Reports any other value. */
  public boolean oneOf(String flag, String text, String first, String second) {
    if (!text.equals(first) && !text.equals(second)) {
      problem(flag, "expected " + first + " or " + second + ", found `" + text + "`");
    }
    return text.equals(second);
  }
}
