package io.millrace.archive;

import io.millrace.archive.store.ArchiveStore;
import io.millrace.contract.Contract;
import io.millrace.event.Clock;
import io.millrace.io.ReadTuning;
import io.millrace.io.SinkAddress;
import io.millrace.io.Source;
import io.millrace.io.SourceAddress;
import java.util.List;

/**
 * Address of an archive: {@code archive+} and the URL of its root directory.
 *
 * @param root the URL without a slash at its end
 */
public record ArchiveAddress(String root) implements SinkAddress, SourceAddress {
  static final String SCHEME = "archive+";

  private static final String FILE = "file://";
  private static final List<String> STORES = List.of("gs://", "s3://");

  static final String FORM = "archive+file:///directory";

  /** Parses a URL. Does not check that the archive exists. */
  static ArchiveAddress parse(String text) {
    String url = text.substring(SCHEME.length());
    int end = url.length();
    while (end > 0 && url.charAt(end - 1) == '/') {
      end--;
    }
    String root = url.substring(0, end);
    String path = root.substring(Math.min(root.length(), schemeLength(url)));
    if (schemeLength(url) == 0 || path.isEmpty()) {
      throw invalid(
          text,
          "expected " + FORM + ", archive+gs://bucket/directory or archive+s3://bucket/directory");
    }
    if (url.startsWith(FILE) && !path.startsWith("/")) {
      throw invalid(text, "expected three slashes: archive+file:///directory");
    }
    if (path.chars().anyMatch(c -> "*?[]{}\\\0".indexOf(c) >= 0)) {
      throw invalid(text, "expected the directory of an archive, not a pattern");
    }
    return new ArchiveAddress(root);
  }

  private static int schemeLength(String url) {
    if (url.startsWith(FILE)) {
      return FILE.length();
    }
    return STORES.stream().filter(url::startsWith).mapToInt(String::length).findFirst().orElse(0);
  }

  private static IllegalArgumentException invalid(String text, String what) {
    return new IllegalArgumentException("`" + text + "`: " + what);
  }

  boolean isInCloudStorage() {
    return root.startsWith("gs://");
  }

  boolean isLocal() {
    return root.startsWith(FILE);
  }

  ArchiveStore store() {
    return new ArchiveStore(root);
  }

  @Override
  public boolean readsByContract() {
    return true;
  }

  @Override
  public Source open(Contract contract, Clock clock, ReadTuning tuning) {
    return new ArchiveSource(this, contract, tuning.inFlight());
  }

  @Override
  public String toString() {
    return SCHEME + root;
  }
}
