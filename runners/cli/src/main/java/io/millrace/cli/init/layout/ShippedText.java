package io.millrace.cli.init.layout;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.cli.explain.EventExplanation;
import io.millrace.cli.explain.RecordExplainer;
import io.millrace.cli.init.guess.NumberForm;
import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.event.Outcome;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Finds the shipped contract that decodes all of a sample. */
final class ShippedText {
  private static final Map<String, String> BY_KEY =
      Map.of(
          "resourceLogs", "otel-logs",
          "resourceSpans", "otel-traces",
          "resourceMetrics", "otel-metrics",
          "specversion", "cloudevents",
          "metrics", "telegraf");

  private static final String LINES = "telegraf-lines";

  private ShippedText() {}

  /** The text of a contract; null if it is not on the class path. */
  private static @Nullable String text(String name) {
    try (InputStream in = ShippedText.class.getResourceAsStream("/contracts/" + name + ".yaml")) {
      return in == null ? null : new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the shipped contract " + name, e);
    }
  }

  /** The contract for JSON records with a key that only its shape has. */
  static @Nullable String forJson(List<JsonNode> parsed, List<byte[]> records) {
    for (Map.Entry<String, String> shape : BY_KEY.entrySet()) {
      if (!parsed.isEmpty() && parsed.stream().allMatch(record -> record.has(shape.getKey()))) {
        String text = text(shape.getValue());
        return text != null && undeclared(text, records) >= 0 ? text : null;
      }
    }
    return null;
  }

  /** The contract for binary records of OpenTelemetry: the one that leaves least undeclared. */
  static @Nullable String forProtobuf(List<byte[]> records) {
    String best = null;
    long least = Long.MAX_VALUE;
    for (String name : List.of("otel-logs", "otel-traces", "otel-metrics")) {
      String text = text(name);
      long undeclared = text == null ? -1 : undeclared(text, records);
      if (undeclared >= 0 && undeclared < least) {
        best = text;
        least = undeclared;
      }
    }
    return best;
  }

  /** The contract for line protocol, with the unit of its times. */
  static @Nullable String forLines(List<byte[]> records) {
    String text = text(LINES);
    if (text == null) {
      return null;
    }
    String unit = unit(records);
    String adapted =
        text.replace("precision: ns", "precision: " + unit)
            .replace("format: epoch_ns", "format: epoch_" + unit);
    return undeclared(adapted, records) >= 0 ? adapted : null;
  }

  /** The unit of the times of lines, by the number of digits. */
  private static String unit(List<byte[]> records) {
    for (byte[] record : records) {
      for (String line : new String(record, StandardCharsets.UTF_8).lines().toList()) {
        String last = line.substring(line.lastIndexOf(' ') + 1);
        if (NumberForm.isInteger(last)) {
          return last.length() <= 11
              ? "s"
              : last.length() <= 14 ? "ms" : last.length() <= 17 ? "us" : "ns";
        }
      }
    }
    return "ns";
  }

  /**
   * How much a contract does not declare of the events.
   *
   * @return the length of the column for unknown fields; -1 if not nearly all events are valid
   */
  private static long undeclared(String text, List<byte[]> records) {
    Contract contract = ContractLoader.parse(text, "shipped");
    RecordExplainer explainer = RecordExplainer.of(contract, System.currentTimeMillis());
    long events = 0;
    long dead = 0;
    long length = 0;
    String column = contract.unknownFields().column();
    List<EventExplanation> all = new ArrayList<>();
    records.forEach(record -> all.addAll(explainer.explain(record)));
    for (EventExplanation event : all) {
      events += event.outcome() == null ? 0 : 1;
      dead += event.outcome() == Outcome.DEAD ? 1 : 0;
      length += String.valueOf(event.row().getOrDefault(column, "")).length();
    }
    return events == 0 || dead * 10 > events ? -1 : length;
  }
}
