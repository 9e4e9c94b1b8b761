package io.millrace.cli.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.cli.MillraceProcess;
import io.millrace.contract.yaml.ContractLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The demo finds the sample and the queries of each shipped contract. */
class ShippedContractTest {
  private static final Path ROOT = MillraceProcess.root();

  static List<String> contracts() throws IOException {
    try (Stream<Path> files = Files.list(ROOT.resolve("test-data/contracts"))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("contracts")
  void hasASampleAndQueriesWithAnswers(String name) {
    Path file = ROOT.resolve("test-data/contracts").resolve(name);
    ShippedContract shipped = ShippedContract.of(file, ROOT).orElseThrow();

    assertFalse(shipped.queries().isEmpty());
    for (ShippedContract.Query query : shipped.queries()) {
      assertTrue(query.sql().startsWith("SELECT "), query.sql());
      assertFalse(query.title().isBlank() || query.answer().isEmpty(), query.sql());
    }
    SampleEvents sample = SampleEvents.read(shipped.sample(), ContractLoader.load(file));
    assertEquals(2L * sample.samples().size(), sample.sent());
    // Events of the past: none has the time of the demo.
    long now = System.currentTimeMillis();
    for (SampleEvents.Sample record : sample.samples()) {
      assertTrue(record.recordTimeMillis() < now - 3_600_000, name);
    }
  }

  @ParameterizedTest
  @MethodSource("contracts")
  void aCopyElsewhereIsNotAShippedOne(String name) throws IOException {
    Path copy = Files.createTempDirectory("contract").resolve(name);
    Files.copy(ROOT.resolve("test-data/contracts").resolve(name), copy);
    try {
      assertEquals(Optional.empty(), ShippedContract.of(copy, ROOT));
    } finally {
      Files.delete(copy);
      Files.delete(copy.getParent());
    }
  }
}
