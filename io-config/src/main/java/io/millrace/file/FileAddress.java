package io.millrace.file;

import io.millrace.contract.Contract;
import io.millrace.event.Clock;
import io.millrace.io.ReadTuning;
import io.millrace.io.Source;
import io.millrace.io.SourceAddress;
import java.nio.file.FileSystems;
import java.util.regex.PatternSyntaxException;

/**
 * Where files are: {@code file:///directory/name}. The path is absolute and taken as it is written,
 * without percent-decoding. It may be a pattern: {@code *} and {@code ?} stand for characters other
 * than a slash, {@code **} for any, {@code [a-z]} for one of some, {@code {a,b}} for one of some
 * texts.
 *
 * @param path the path or pattern, from the root
 */
public record FileAddress(String path) implements SourceAddress {
  /** How a file address begins. */
  public static final String SCHEME = "file://";

  /**
   * Reads an address; does not look whether there are files.
   *
   * @throws IllegalArgumentException in one line, if the text is none
   */
  public static FileAddress parse(String text) {
    String path = text.startsWith(SCHEME) ? text.substring(SCHEME.length()) : "";
    if (!path.startsWith("/")) {
      throw invalid(
          text,
          "expected file:///directory/*.jsonl, with three slashes: the path is absolute and there"
              + " is no host");
    }
    if (path.endsWith("/")) {
      throw invalid(text, "is a directory; expected its files, such as " + text + "*.jsonl");
    }
    try {
      FileSystems.getDefault().getPathMatcher("glob:" + path);
    } catch (PatternSyntaxException e) {
      throw invalid(text, "not a pattern for files: " + e.getDescription());
    }
    return new FileAddress(path);
  }

  private static IllegalArgumentException invalid(String text, String what) {
    return new IllegalArgumentException("`" + text + "`: " + what);
  }

  /** Whether the path can stand for several files. */
  boolean isPattern() {
    return path.chars().anyMatch(c -> "*?[{".indexOf(c) >= 0);
  }

  @Override
  public Source open(Contract contract, Clock clock, ReadTuning tuning) {
    return FileSource.of(this, contract, clock, tuning.inFlight());
  }

  @Override
  public String toString() {
    return SCHEME + path;
  }
}
