package io.millrace.testdata.generate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The record headers, made once: which producer sent a record, and at which attempt. */
final class RecordHeaders {
  private static final int PRODUCERS = 8;
  private static final int ATTEMPTS_TOLD = 16;

  private final List<Map<String, String>> known = new ArrayList<>();

  RecordHeaders() {
    for (int producer = 0; producer < PRODUCERS; producer++) {
      for (int attempt = 1; attempt <= ATTEMPTS_TOLD; attempt++) {
        known.add(headers(producer, attempt));
      }
    }
  }

  /** All records of a key come from one producer. */
  Map<String, String> of(byte[] key, int attempt) {
    int producer = Math.floorMod(Arrays.hashCode(key), PRODUCERS);
    return attempt <= ATTEMPTS_TOLD
        ? known.get(producer * ATTEMPTS_TOLD + attempt - 1)
        : headers(producer, attempt);
  }

  private static Map<String, String> headers(int producer, int attempt) {
    return Map.of("producer", "producer-" + producer, "attempt", Integer.toString(attempt));
  }
}
