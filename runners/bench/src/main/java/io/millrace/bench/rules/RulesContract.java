package io.millrace.bench.rules;

import io.millrace.bench.harness.BenchEnvironment;
import io.millrace.testdata.manifest.Manifest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The two contracts that are compared: that of the query events without roll-ups, and the same with
 * rules of each kind. No event meets a filter's condition, so both have the same outcomes.
 */
final class RulesContract {
  private static final String TABLE_END = "extra]";
  private static final String RULES =
      """

      lookups:
        users:
          from: %s
          key: user_id
          columns: {user_plan: {column: plan, low_cardinality: true}}

      derive:
        seconds: double(duration_ms) / 1000.0
        area: {value: "database_name.upperAscii()", low_cardinality: true}

      filter:
        pings: event_type == 'ping' && duration_ms < 5
        tests: "database_name.startsWith('test_')"

      redact:
        - {field: user_id, do: hash, key: "%2$s"}
        - {path: metadata.client_ip, do: remove}
        - {pattern: '[\\w.+-]+@[\\w-]+\\.[\\w.-]+', do: mask, key: "%2$s"}
      """;

  private RulesContract() {}

  /**
   * Writes the contract with rules, its look-up's file and its key.
   *
   * @param manifest the events' manifest, whose users are all in the look-up
   */
  static Path withRules(BenchEnvironment environment, Path manifest) {
    Path directory = environment.directory().toAbsolutePath();
    try {
      Path users = Files.writeString(directory.resolve("users.csv"), csv(users(manifest)));
      Path key = Files.writeString(directory.resolve("redact.key"), "a key of more than 16 bytes");
      return Files.writeString(
          directory.resolve("with-rules.yaml"), text(environment.contract(), users, key));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write to " + directory, e);
    }
  }

  /**
   * The text of the contract with rules.
   *
   * @param contract the contract of the query events
   * @param users the look-up's file
   * @param key the file of the secret that redaction hashes with
   */
  static String text(Path contract, Path users, Path key) throws IOException {
    return BenchEnvironment.withoutRollups(contract)
            .replace(TABLE_END, TABLE_END.replace("]", ", user_plan, seconds, area]"))
        + RULES.formatted(users.toUri(), "file:" + key);
  }

  private static SortedSet<String> users(Path manifest) {
    SortedSet<String> users = new TreeSet<>();
    Object unused =
        Manifest.read(
            manifest,
            entry -> {
              if (entry.userId() != null) {
                users.add(entry.userId());
              }
            });
    return users;
  }

  /** The rows of the look-up. */
  static String csv(SortedSet<String> users) {
    StringBuilder rows = new StringBuilder("user_id,plan\n");
    for (String user : users) {
      int length = user.getBytes(StandardCharsets.UTF_8).length;
      String plan = length % 2 == 0 ? "free" : "paid";
      rows.append('"').append(user.replace("\"", "\"\"")).append("\",").append(plan).append('\n');
    }
    return rows.toString();
  }
}
