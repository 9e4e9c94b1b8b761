package io.millrace.deadletter;

import io.millrace.event.DeadLetter;
import io.millrace.io.SourceAddress;
import io.millrace.io.flags.FlagReader;
import io.millrace.io.flags.Urls;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PCollection;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Destinations of dead letters.
 *
 * @param table whether the sinks write them to their dead-letter table; they always count and audit
 *     them
 * @param outputs other destinations, in the order of the flag
 */
public record DeadLetterOutputs(boolean table, List<DeadLetterOutput> outputs)
    implements Serializable {
  private static final String FLAG = "deadLetters";
  private static final String TABLE = "table";

  public static final DeadLetterOutputs TABLE_ONLY = new DeadLetterOutputs(true, List.of());

  public DeadLetterOutputs {
    outputs = List.copyOf(outputs);
  }

  /**
   * Parses {@code --deadLetters}, a comma-separated list, and reports each problem. A message
   * quotes only the scheme of an unknown URL, because the rest may contain a password.
   *
   * @param connectors the systems that can receive dead letters
   * @param input the run's input; null if there is none
   */
  public static DeadLetterOutputs parse(
      List<DeadLetterConnector> connectors, @Nullable SourceAddress input, FlagReader flags) {
    boolean table = false;
    List<DeadLetterOutput> outputs = new ArrayList<>();
    String text = flags.as(DeadLetterOptions.class).getDeadLetters();
    for (String destination : destinations(text, connectors)) {
      if (destination.equals(TABLE)) {
        if (table) {
          flags.problem(FLAG, "`table` is given twice");
        }
        table = true;
        continue;
      }
      DeadLetterOutput output =
          flags.parsed(FLAG, destination, url -> output(url, connectors, input, flags));
      if (output != null && outputs.contains(output)) {
        flags.problem(FLAG, "`" + output.address() + "` is given twice");
      }
      if (output != null) {
        outputs.add(output);
      }
    }
    return new DeadLetterOutputs(table, outputs);
  }

  /**
   * Splits at commas. A part without a scheme belongs to the previous URL if that may contain
   * commas.
   */
  private static List<String> destinations(String text, List<DeadLetterConnector> connectors) {
    List<String> destinations = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      int last = destinations.size() - 1;
      boolean begins = part.equals(TABLE) || part.contains("://") || part.isEmpty();
      if (begins
          || last < 0
          || connectors.stream()
              .noneMatch(c -> c.hasCommas() && destinations.get(last).startsWith(c.scheme()))) {
        destinations.add(part);
      } else {
        destinations.set(last, destinations.get(last) + "," + part);
      }
    }
    return destinations;
  }

  private static DeadLetterOutput output(
      String destination,
      List<DeadLetterConnector> connectors,
      @Nullable SourceAddress input,
      FlagReader flags) {
    for (DeadLetterConnector connector : connectors) {
      if (destination.startsWith(connector.scheme())) {
        return connector.parseDeadLetters(destination, input, flags);
      }
    }
    throw Urls.unknown(
        destination,
        Stream.concat(
                Stream.of(TABLE), connectors.stream().map(DeadLetterConnector::deadLetterForm))
            .toList());
  }

  /** The addresses for display, without secrets; empty if there is only the table. */
  public List<String> addresses() {
    return outputs.stream().map(DeadLetterOutput::address).toList();
  }

  public List<String> check() {
    return outputs.stream().flatMap(output -> output.check().stream()).toList();
  }

  /**
   * Sends each dead letter to all destinations in sequence and emits it after the last
   * acknowledgement. See {@link DeadLetterOutput#send}.
   */
  public PTransform<PCollection<DeadLetter>, PCollection<DeadLetter>> send(String sink) {
    return PTransform.compose("SendDeadLetters", letters -> send(sink, letters));
  }

  private PCollection<DeadLetter> send(String sink, PCollection<DeadLetter> letters) {
    Map<String, Integer> ofKind = new HashMap<>();
    PCollection<DeadLetter> sent = letters;
    for (DeadLetterOutput output : outputs) {
      int number = ofKind.merge(output.kind(), 1, Integer::sum);
      String name = number == 1 ? output.kind() : output.kind() + "-" + number;
      sent = sent.apply(name, output.send(sink));
    }
    return sent;
  }
}
