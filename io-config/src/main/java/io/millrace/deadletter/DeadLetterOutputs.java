package io.millrace.deadletter;

import io.millrace.config.UnknownUrl;
import io.millrace.event.DeadLetter;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PCollection;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Where dead letters go.
 *
 * @param table whether the sinks write them to their dead-letter table; they count and audit them
 *     in any case
 * @param outputs where else, in the order of the flag
 */
public record DeadLetterOutputs(boolean table, List<DeadLetterOutput> outputs)
    implements Serializable {
  private static final String TABLE = "table";
  private static final String EXPECTED =
      "table, kafka://host:port/topic, pubsub://project/topic or file:///directory/";

  /** To the table and nowhere else. */
  public static final DeadLetterOutputs TABLE_ONLY = new DeadLetterOutputs(true, List.of());

  /** Copies the list. */
  public DeadLetterOutputs {
    outputs = List.copyOf(outputs);
  }

  /**
   * Reads a flag: places with commas between them.
   *
   * @param emulator {@code host:port} of an emulator of Pub/Sub; null: none
   * @param mistakes is told of each, in one line; of an unknown URL only the scheme is repeated,
   *     since the rest may hold a password
   */
  public static DeadLetterOutputs parse(
      String text, @Nullable String emulator, Consumer<String> mistakes) {
    boolean table = false;
    List<DeadLetterOutput> outputs = new ArrayList<>();
    for (String place : places(text)) {
      try {
        if (place.equals(TABLE)) {
          if (table) {
            mistakes.accept("`table` is there twice");
          }
          table = true;
        } else {
          DeadLetterOutput output = output(place, emulator);
          if (outputs.contains(output)) {
            mistakes.accept("`" + output.address() + "` is there twice");
          }
          outputs.add(output);
        }
      } catch (IllegalArgumentException e) {
        mistakes.accept(e.getMessage());
      }
    }
    return new DeadLetterOutputs(table, outputs);
  }

  /** A comma also stands between the brokers of an address: {@code kafka://a:1,b:1/topic}. */
  private static List<String> places(String text) {
    List<String> places = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      int last = places.size() - 1;
      boolean begins = part.equals(TABLE) || part.contains("://") || part.isEmpty();
      if (begins || last < 0 || !places.get(last).startsWith("kafka://")) {
        places.add(part);
      } else {
        places.set(last, places.get(last) + "," + part);
      }
    }
    return places;
  }

  private static DeadLetterOutput output(String place, @Nullable String emulator) {
    if (place.startsWith("kafka://")) {
      return SendToKafka.parse(place);
    }
    if (place.startsWith(SendToPubsub.SCHEME)) {
      return SendToPubsub.parse(place, emulator);
    }
    if (place.startsWith("file://")) {
      return SendToFiles.parse(place);
    }
    throw UnknownUrl.of(place, EXPECTED);
  }

  /** The addresses for people, without secrets; empty, if there is only the table. */
  public List<String> addresses() {
    return outputs.stream().map(DeadLetterOutput::address).toList();
  }

  /** What {@link DeadLetterOutput#check} says of each. */
  public List<String> check() {
    return outputs.stream().flatMap(output -> output.check().stream()).toList();
  }

  /**
   * Sends each dead letter to one place after the other and gives it on when it is in all of them;
   * with the table only, at once. See {@link DeadLetterOutput#send}.
   *
   * @param sink the name of the sink that refused the rows; empty, if they are dead letters for all
   */
  public PTransform<PCollection<DeadLetter>, PCollection<DeadLetter>> send(String sink) {
    return new SendDeadLetters(outputs, sink);
  }

  private static final class SendDeadLetters
      extends PTransform<PCollection<DeadLetter>, PCollection<DeadLetter>> {
    private static final long serialVersionUID = 1L;

    private final transient List<DeadLetterOutput> outputs;
    private final transient String sink;

    SendDeadLetters(List<DeadLetterOutput> outputs, String sink) {
      super("SendDeadLetters");
      this.outputs = outputs;
      this.sink = sink;
    }

    @Override
    public PCollection<DeadLetter> expand(PCollection<DeadLetter> letters) {
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
}
