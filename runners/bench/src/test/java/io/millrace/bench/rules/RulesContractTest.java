package io.millrace.bench.rules;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;

import io.millrace.contract.ColumnDefinition;
import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.lookup.Lookups;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RulesContractTest {
  @TempDir private static Path directory;

  @Test
  void hasRulesOfEachKindWhoseLookUpCanBeLoaded() throws Exception {
    Path original = directory.resolve("query-events.yaml");
    try (InputStream in = getClass().getResourceAsStream("/contracts/query-events.yaml")) {
      Files.copy(in, original);
    }
    Path users = directory.resolve("users.csv");
    Files.writeString(users, RulesContract.csv(new TreeSet<>(List.of("u1", "a \"b\", c", ""))));
    Path key = Files.writeString(directory.resolve("redact.key"), "a key of the redaction");
    Path file = directory.resolve("with-rules.yaml");
    Files.writeString(file, RulesContract.text(original, users, key));

    Contract contract = ContractLoader.load(file);

    assertThat(Lookups.check(contract), empty());
    assertThat(contract.filters(), hasSize(2));
    assertThat(contract.derivations(), hasSize(2));
    assertThat(contract.lookups(), hasSize(1));
    assertThat(contract.redaction(), not(equalTo(ContractLoader.load(original).redaction())));
    assertThat(contract.rollups(), empty());
    assertThat(
        contract.tables().normal().columns().stream().map(ColumnDefinition::name).toList(),
        hasItems("user_plan", "seconds", "area", "payload"));
  }
}
