package io.millrace.bench.capacity;

import io.millrace.bench.harness.BenchEnvironment;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The contract of the query events with the roll-ups that a part needs. */
final class Contracts {
  private Contracts() {}

  /** With one of its roll-ups grouped by user. */
  static Path rollupByUser(BenchEnvironment environment) {
    try {
      String text = Files.readString(environment.contract());
      String byUser = text.replace("group_by: [database_name]", "group_by: [user_id]");
      if (byUser.equals(text)) {
        throw new IllegalStateException(
            environment.contract() + " has no roll-up grouped by database_name");
      }
      return Files.writeString(environment.directory().resolve("capacity-rollup.yaml"), byUser);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot copy the contract", e);
    }
  }
}
