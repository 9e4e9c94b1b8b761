package io.millrace.cli.demo;

import io.millrace.pipeline.WrongUseException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A section of docs/shipped-contracts.md: a contract, its sample events, and queries with their
 * answers.
 *
 * @param contract the contract's file
 * @param sample the file of its sample events
 */
record ShippedContract(Path contract, Path sample, List<Query> queries) {
  private static final Pattern HEADING = Pattern.compile("## \\S+ \\(contracts/(\\S+\\.yaml)\\)\n");
  private static final Pattern SAMPLE = Pattern.compile("test-data/events/([\\w.-]+)");
  private static final Pattern QUERY =
      Pattern.compile("([^\n]+):\n\n```sql\n(.*?)```\n\n```text\n(.*?)```\n", Pattern.DOTALL);

  /**
   * A query of the page.
   *
   * @param title what it asks
   * @param answer the rows that the page shows, with tabs between columns
   */
  record Query(String title, String sql, List<String> answer) {}

  /** The section of a contract's file; empty if the contract is not a shipped one. */
  static Optional<ShippedContract> of(Path contract, Path root) {
    Path shipped = root.resolve("test-data/contracts");
    try {
      if (!contract.toRealPath().startsWith(shipped.toRealPath())) {
        return Optional.empty();
      }
      String page = Files.readString(root.resolve("docs/shipped-contracts.md"));
      for (String section : page.split("(?m)^(?=## )", -1)) {
        Matcher heading = HEADING.matcher(section);
        Matcher sample = SAMPLE.matcher(section);
        if (heading.lookingAt()
            && heading.group(1).equals(contract.getFileName().toString())
            && sample.find()) {
          return Optional.of(
              new ShippedContract(
                  contract,
                  root.resolve("test-data/events").resolve(sample.group(1)),
                  queries(section)));
        }
      }
      return Optional.empty();
    } catch (IOException e) {
      throw new WrongUseException("cannot read the shipped contracts: " + e.getMessage());
    }
  }

  private static List<Query> queries(String section) {
    List<Query> queries = new ArrayList<>();
    Matcher matcher = QUERY.matcher(section);
    while (matcher.find()) {
      queries.add(
          new Query(matcher.group(1), matcher.group(2).strip(), matcher.group(3).lines().toList()));
    }
    return List.copyOf(queries);
  }
}
