package io.millrace.dataflow;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.is;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

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
    List<String> mistakes = new ArrayList<>();
    List<String> required = new ArrayList<>();
    for (JsonNode parameter : metadata().path("parameters")) {
      String name = parameter.path("name").asText();
      String pattern = parameter.at("/regexes/0").asText();
      String help = parameter.path("helpText").asText();
      int example = help.indexOf("Example: ");
      if (example < 0) {
        mistakes.add(name + ": no example that fits the pattern " + pattern);
      } else if (!help.substring(example + "Example: ".length()).matches(pattern)) {
        mistakes.add(name + ": its example does not fit the pattern " + pattern);
      }
      String preset = parameter.path("defaultValue").asText(null);
      if (preset != null && !preset.matches(pattern)) {
        mistakes.add(name + ": its default does not fit the pattern " + pattern);
      }
      if (parameter.path("label").asText().isEmpty()) {
        mistakes.add(name + ": no label");
      }
      if (!parameter.path("isOptional").asBoolean()) {
        required.add(name);
      }
    }
    assertThat(mistakes, is(empty()));
    assertThat(required, is(List.of("contract", "input", "output")));
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
