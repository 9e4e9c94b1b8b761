package io.millrace.testdata.generate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The record headers {@code producer} and {@code attempt}, cached. */
final class RecordHeaders {
  private static final int PRODUCERS = 8;
  private static final int CACHED_ATTEMPTS = 16;

  private final List<Map<String, String>> cached = new ArrayList<>();

  RecordHeaders() {
    for (int producer = 0; producer < PRODUCERS; producer++) {
      for (int attempt = 1; attempt <= CACHED_ATTEMPTS; attempt++) {
        cached.add(headers(producer, attempt));
      }
    }
  }

  /** The headers of a record; all records of a key have the same producer. */
  Map<String, String> of(byte[] key, int attempt) {
    int producer = Math.floorMod(Arrays.hashCode(key), PRODUCERS);
    return attempt <= CACHED_ATTEMPTS
        ? cached.get(producer * CACHED_ATTEMPTS + attempt - 1)
        : headers(producer, attempt);
  }

  private static Map<String, String> headers(int producer, int attempt) {
    return Map.of("producer", "producer-" + producer, "attempt", Integer.toString(attempt));
  }
}
