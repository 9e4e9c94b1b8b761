package io.millrace.cli.init;

import io.millrace.cli.init.guess.FieldGuess;
import io.millrace.cli.init.guess.GuessErrorRule;
import io.millrace.cli.init.guess.GuessEventTime;
import io.millrace.cli.init.guess.GuessFields;
import io.millrace.cli.init.guess.GuessIdentity;
import io.millrace.cli.init.guess.SampledEvent;
import io.millrace.cli.init.guess.YamlText;
import io.millrace.cli.init.layout.Layout;
import io.millrace.cli.init.layout.Sample;
import io.millrace.contract.Durations;
import io.millrace.pipeline.WrongUseException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Makes a contract for a sample.
 *
 * @param questions asks for the event time and the identity; null: takes the best guesses
 */
record DraftContract(Sample sample, Layout layout, @Nullable Questions questions) {
  private static final int SHOWN_NOTES = 12;

  /** The lateness that contracts allow by default. */
  private static final Duration LATE = Duration.ofHours(1);

  private static final Duration TWO_DAYS = Duration.ofDays(2);

  /**
   * A contract.
   *
   * @param yaml its text
   * @param source what it is made from, such as {@code 1,000 events of FILE}
   * @param unsure what to check, the most important first
   */
  record Draft(String yaml, String source, List<String> unsure) {}

  /**
   * Makes the contract.
   *
   * @param name the contract's name; empty: after the sample, or that of the shipped contract
   * @throws WrongUseException in one line, if no field can be the event time
   */
  Draft of(String name) {
    String shipped = layout.shipped();
    return shipped == null ? guessed(name) : shipped(shipped, name);
  }

  private Draft shipped(String text, String name) {
    String own =
        text.lines()
            .filter(line -> line.startsWith("contract: "))
            .findFirst()
            .orElse("contract: events")
            .substring("contract: ".length());
    String source = "the shipped contract " + own + ", which fits " + sample.place();
    String head =
        "# yaml-language-server: $schema=./contract.schema.json\n# From "
            + YamlText.comment(source)
            + ".\n";
    String body =
        name.isEmpty() ? text : text.replace("contract: " + own, "contract: " + YamlText.of(name));
    String compression =
        layout.compression().isEmpty() ? "" : "compression: " + layout.compression() + "\n";
    List<String> unsure = new ArrayList<>(layout.notes());
    unsure.add("`ttl` and the names of the tables are those of the shipped contract");
    return new Draft(head + body + compression, source, unsure);
  }

  private Draft guessed(String name) {
    List<SampledEvent> events = layout.events();
    GuessFields guess = new GuessFields(layout.isCsv());
    List<FieldGuess> fields = guess.of(events, layout.array());
    List<GuessEventTime.Candidate> times =
        GuessEventTime.of(fields, sample.recordTimeMillis() / 1000);
    if (times.isEmpty()) {
      throw new WrongUseException(
          ("no field of the %s events in %s is a time in at least 80%% of them, and a contract needs"
                  + " an event time; the fields are %s")
              .formatted(events.size(), sample.place(), names(fields)));
    }
    GuessEventTime.Candidate time = times.get(choose("Event time?", texts(times)));
    // Events without the time are dead letters, so they say nothing about the identity.
    List<SampledEvent> timed =
        events.stream()
            .filter(event -> event.value(time.field()).isValueNode())
            .filter(event -> !event.value(time.field()).isNull())
            .toList();
    List<GuessIdentity.Guess> identities = GuessIdentity.of(timed, fields, time.field());
    GuessIdentity.Guess identity =
        identities.get(
            choose(
                "Identity?",
                identities.stream().map(i -> columns(i.fields()) + ": " + i.reason()).toList()));
    String source = "%s events of %s".formatted(events.size(), sample.place());
    ContractDraft draft =
        new ContractDraft(
            name.isEmpty() ? sample.name() : name,
            "Written by `scripts/millrace init` from " + source + ".",
            layout,
            fields,
            time,
            identity,
            GuessErrorRule.of(fields));
    return new Draft(draft.yaml(), source, unsure(times, time, identity, fields, guess.notes()));
  }

  private int choose(String question, List<String> choices) {
    return questions == null || choices.size() < 2 ? 0 : questions.choose(question, choices);
  }

  private static List<String> texts(List<GuessEventTime.Candidate> times) {
    return times.stream().map(t -> t.field().name() + ": " + t.reason()).toList();
  }

  private static String names(List<FieldGuess> fields) {
    return fields.stream()
            .limit(10)
            .map(field -> YamlText.comment(field.dottedPath()))
            .collect(Collectors.joining(", "))
        + (fields.size() > 10 ? ", …" : "");
  }

  private static String columns(List<FieldGuess> fields) {
    return fields.stream().map(FieldGuess::name).collect(Collectors.joining(", "));
  }

  private List<String> unsure(
      List<GuessEventTime.Candidate> times,
      GuessEventTime.Candidate time,
      GuessIdentity.Guess identity,
      List<FieldGuess> fields,
      List<String> notes) {
    List<String> unsure = new ArrayList<>();
    if (!identity.sure()) {
      unsure.add("identity [%s]: %s".formatted(columns(identity.fields()), identity.reason()));
    }
    String others =
        times.stream()
            .filter(other -> !other.equals(time))
            .map(other -> "`" + other.field().name() + "`")
            .limit(3)
            .collect(Collectors.joining(", "));
    if (!others.isEmpty()) {
      unsure.add("event time `%s`; %s could be it, too".formatted(time.field().name(), others));
    }
    late(time, unsure);
    unsure.addAll(layout.notes());
    int total = layout.events().size();
    if (total < ContractDraft.ENOUGH_FOR_REQUIRED) {
      unsure.add(
          ("%s events are few: only the event time and the identity are `required`; from %s events"
                  + " on, every field that is in all of them is")
              .formatted(total, ContractDraft.ENOUGH_FOR_REQUIRED));
    }
    Map<String, List<String>> byNote = new LinkedHashMap<>();
    fields.stream()
        .filter(field -> !field.type().note().isEmpty())
        .forEach(
            field ->
                byNote
                    .computeIfAbsent(field.type().note(), note -> new ArrayList<>())
                    .add("`" + field.name() + "`"));
    byNote.forEach((note, names) -> unsure.add(String.join(", ", names) + ": " + note));
    unsure.addAll(notes);
    return unsure.size() <= SHOWN_NOTES ? List.copyOf(unsure) : shortened(unsure);
  }

  /** Tells if a run would put all events into the late table. Records of files have no time. */
  private void late(GuessEventTime.Candidate time, List<String> unsure) {
    long seconds = sample.recordTimeMillis() / 1000 - time.newestSeconds();
    if (!sample.isFile() && seconds > LATE.toSeconds()) {
      Duration behind =
          seconds >= TWO_DAYS.toSeconds()
              ? Duration.ofDays(seconds / Duration.ofDays(1).toSeconds())
              : Duration.ofMinutes(seconds / 60);
      unsure.add(
          "the newest event is %s older than the newest record: without a larger `allowed_lateness`, such events are late"
              .formatted(Durations.format(behind)));
    }
  }

  private static List<String> shortened(List<String> unsure) {
    List<String> some = new ArrayList<>(unsure.subList(0, SHOWN_NOTES));
    some.add("and %s more: see the comments".formatted(unsure.size() - SHOWN_NOTES));
    return some;
  }
}
