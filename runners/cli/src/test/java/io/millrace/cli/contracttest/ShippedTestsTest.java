package io.millrace.cli.contracttest;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.cli.MillraceProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The tests of the shipped contracts. */
class ShippedTestsTest {
  @Test
  void theShippedContractsPass() {
    MillraceProcess.Result result =
        Visits.run(MillraceProcess.root().resolve("test-data").toString());

    assertThat(result.out() + result.err(), result.exitCode(), is(0));
  }

  @Test
  void eachShippedContractHasACaseForEachOfItsOutcomes() throws Exception {
    ObjectMapper json = new ObjectMapper();
    JsonNode files =
        json.readTree(
                Visits.run("--json", MillraceProcess.root().resolve("test-data/tests").toString())
                    .out())
            .path("files");
    List<String> tested = new ArrayList<>();
    files.forEach(file -> tested.add(Path.of(file.path("file").asText()).getFileName() + ""));
    List<String> shipped = new ArrayList<>();
    try (var all = Files.list(MillraceProcess.root().resolve("test-data/contracts"))) {
      all.forEach(file -> shipped.add(file.getFileName().toString()));
    }
    assertThat(
        tested.stream().sorted().toList(),
        is(shipped.stream().map(name -> name.replace(".yaml", ".test.yaml")).sorted().toList()));
    for (JsonNode file : files) {
      String text = Files.readString(Path.of(file.path("file").asText()));
      Path contract =
          MillraceProcess.root()
              .resolve("test-data/contracts")
              .resolve(
                  Path.of(file.path("file").asText())
                      .getFileName()
                      .toString()
                      .replace(".test.yaml", ".yaml"));
      List<String> outcomes = new ArrayList<>(List.of("accepted", "duplicate", "late", "dead"));
      String rules = Files.readString(contract);
      if (rules.contains("\nerror:")) {
        outcomes.add("error");
      }
      if (rules.contains("\nfilter:")) {
        outcomes.add("filtered");
      }
      for (String outcome : outcomes) {
        assertThat(file.path("file").asText(), text, containsString("outcome: " + outcome));
      }
    }
  }
}
