package io.millrace.cli.init.guess;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.cli.init.layout.JsonText;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/** Events for the tests of guesses. */
final class Samples {
  private Samples() {}

  /** One event a line. */
  static List<SampledEvent> of(String lines) {
    return lines
        .lines()
        .map(line -> JsonText.container(line.getBytes(StandardCharsets.UTF_8)))
        .map(event -> new SampledEvent((ObjectNode) event, null))
        .toList();
  }

  static List<FieldGuess> fields(List<SampledEvent> events) {
    return new GuessFields(false).of(events, List.of());
  }

  static String names(List<FieldGuess> fields) {
    return fields.stream().map(FieldGuess::name).collect(Collectors.joining(", "));
  }
}
