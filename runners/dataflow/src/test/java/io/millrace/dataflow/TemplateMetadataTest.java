package io.millrace.dataflow;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.anyOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TemplateMetadataTest {
  private static final Path FILE = Checkout.file("runners/dataflow/template/metadata.json");

  private static JsonNode metadata() throws IOException {
    return new ObjectMapper().readTree(TemplateMetadata.json());
  }

  /** Run with {@code -Dmillrace.regenerate=true} after a change of the options. */
  @Test
  void theFileIsWhatTheOptionsSay() throws IOException {
    if (Boolean.getBoolean("millrace.regenerate")) {
      Files.writeString(FILE, TemplateMetadata.json());
    }
    assertThat(Files.readString(FILE), is(TemplateMetadata.json()));
  }

  @Test
  void saysThatOnlyExactlyOnceWillDo() throws IOException {
    assertThat(metadata().path("streaming").asBoolean(), is(true));
    assertThat(metadata().path("supportsExactlyOnce").asBoolean(), is(true));
    assertThat(metadata().path("supportsAtLeastOnce").asBoolean(true), is(false));
  }

  @Test
  void everyParameterIsComplete() throws IOException {
    List<String> problems = new ArrayList<>();
    List<String> required = new ArrayList<>();
    for (JsonNode parameter : metadata().path("parameters")) {
      String name = parameter.path("name").asText();
      String pattern = parameter.at("/regexes/0").asText();
      String help = parameter.path("helpText").asText();
      int example = help.indexOf("Example: ");
      if (example < 0) {
        problems.add(name + ": no example that fits the pattern " + pattern);
      } else if (!help.substring(example + "Example: ".length()).matches(pattern)) {
        problems.add(name + ": its example does not fit the pattern " + pattern);
      }
      String preset = parameter.path("defaultValue").asText(null);
      if (preset != null && !preset.matches(pattern)) {
        problems.add(name + ": its default does not fit the pattern " + pattern);
      }
      if (parameter.path("label").asText().isEmpty()) {
        problems.add(name + ": no label");
      }
      if (!parameter.path("isOptional").asBoolean()) {
        required.add(name);
      }
    }
    assertThat(problems, is(empty()));
    assertThat(required, is(List.of("contract", "input", "output")));
  }

  private static JsonNode parameter(String name) throws IOException {
    for (JsonNode parameter : metadata().path("parameters")) {
      if (parameter.path("name").asText().equals(name)) {
        return parameter;
      }
    }
    throw new AssertionError("no parameter " + name);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "allowedLateness PT1H30M",
        "allowedLateness P2D",
        "outOfOrderness PT0.5S",
        "maxBatchAge 500ms",
        "bigQueryTriggeringFrequency 5s",
        "bigQueryMethod at-least-once",
        "bigQueryDatasetLocation europe-west1",
        "deadLetters table",
        "deadLetters kafka://a:1,b:2/dead,table,pubsub://my-project/dead",
        "input kafka://a:1,b:2/t"
      })
  void whatTheFlagTakesFitsItsPattern(String name, String value) throws IOException {
    assertThat(value.matches(parameter(name).at("/regexes/0").asText()), is(true));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "allowedLateness 2",
        "bigQueryTriggeringFrequency often",
        "bigQueryMethod once",
        "bigQueryDatasetLocation EU/x",
        "deadLetters file:///var/dead/",
        "deadLetters kafka://a:1/dead,file:///var/dead/",
        "input file:///var/x.jsonl"
      })
  void whatTheFlagRefusesDoesNot(String name, String value) throws IOException {
    assertThat(value.matches(parameter(name).at("/regexes/0").asText()), is(false));
  }

  @Test
  void flagsThatAreAlwaysRefusedAreNoParameters() {
    assertThat(
        TemplateMetadata.names(),
        not(hasItems(anyOf(is("clickHouseCaFile"), is("pubsubEmulator")))));
  }

  @Test
  void coversTheFlagsOfTheRunAndOfTheLaunch() {
    assertThat(
        TemplateMetadata.names(),
        hasItems("input", "clickHousePassword", "skipPreflight", "kafkaPartitions"));
    assertThat(TemplateMetadata.names().contains("dryRun"), is(false));
    assertThat(TemplateMetadata.json(), containsString("gcp-secret:projects/"));
  }
}
