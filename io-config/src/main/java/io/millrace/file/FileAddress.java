package io.millrace.file;

import io.millrace.contract.Contract;
import io.millrace.event.Clock;
import io.millrace.io.ReadTuning;
import io.millrace.io.Source;
import io.millrace.io.SourceAddress;
import java.nio.file.FileSystems;
import java.util.regex.PatternSyntaxException;

/**
 * Address of files: {@code file:///directory/name}. The path is absolute and not percent-decoded.
 * It may be a glob: {@code *} and {@code ?} match characters other than a slash, {@code **} any
 * characters, {@code [a-z]} a character of a set, {@code {a,b}} one of several texts.
 *
 * @param path the absolute path or pattern
 */
public record FileAddress(String path) implements SourceAddress {
  static final String SCHEME = "file://";

  /** Parses a URL as {@link FileConnector#parseInput} does. Does not check that files exist. */
  static FileAddress parse(String text) {
    String path = text.startsWith(SCHEME) ? text.substring(SCHEME.length()) : "";
    if (!path.startsWith("/")) {
      throw invalid(
          text,
          "expected file:///directory/*.jsonl, with three slashes: an absolute path without a"
              + " host");
    }
    if (path.endsWith("/")) {
      throw invalid(text, "is a directory; expected its files, such as " + text + "*.jsonl");
    }
    if (path.endsWith(".parquet")) {
      throw invalid(
          text,
          "is a Parquet file; an archive is read by the URL of its root, such as"
              + " archive+file:///var/archive");
    }
    try {
      FileSystems.getDefault().getPathMatcher("glob:" + path);
    } catch (PatternSyntaxException e) {
      throw invalid(text, "invalid file pattern: " + e.getDescription());
    }
    return new FileAddress(path);
  }

  private static IllegalArgumentException invalid(String text, String what) {
    return new IllegalArgumentException("`" + text + "`: " + what);
  }

  boolean isPattern() {
    return path.chars().anyMatch(c -> "*?[{".indexOf(c) >= 0);
  }

  @Override
  public boolean readsByContract() {
    return true;
  }

  @Override
  public Source open(Contract contract, Clock clock, ReadTuning tuning) {
    return new FileSource(this, contract, clock, tuning.inFlight());
  }

  @Override
  public String toString() {
    return SCHEME + path;
  }
}
