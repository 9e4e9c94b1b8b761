package io.millrace.cli.init.guess;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.contract.FieldType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Guesses which fields make two events the same. The event time is always one of them. An event
 * that was sent twice, byte for byte the same, counts once: producers repeat events.
 */
public final class GuessIdentity {
  /** How many in a hundred different events an event's own id must tell apart. */
  private static final int NEARLY_ALL_PERCENT = 98;

  private static final int OF_SOMETHING_ELSE = 2;

  /** A field without an id's usual name needs so many events to be trusted. */
  private static final int ENOUGH_EVENTS = 50;

  private final Collection<SampledEvent> events;
  private final FieldGuess time;

  private GuessIdentity(Collection<SampledEvent> events, FieldGuess time) {
    this.events = events;
    this.time = time;
  }

  /**
   * An identity.
   *
   * @param reason why, as the start of a sentence
   * @param sure false: nothing in the sample proves it
   */
  public record Guess(List<FieldGuess> fields, String reason, boolean sure) {}

  /** The guesses for events with a time, the best one first; at least one. */
  public static List<Guess> of(
      List<SampledEvent> sample, List<FieldGuess> fields, FieldGuess time) {
    boolean above = fields.stream().anyMatch(FieldGuess::above);
    List<FieldGuess> usual = fields.stream().filter(FieldGuess::inNearlyAll).toList();
    Set<SampledEvent> different = new LinkedHashSet<>();
    for (SampledEvent event : sample) {
      // One that lacks what all others have is not as it should be, and tells nothing.
      if (usual.stream().noneMatch(field -> isAbsent(event.value(field)))) {
        different.add(above ? event : new SampledEvent(event.event(), null));
      }
    }
    return new GuessIdentity(different, time).guesses(fields);
  }

  private static boolean isAbsent(JsonNode value) {
    return value.isMissingNode() || value.isNull();
  }

  private List<Guess> guesses(List<FieldGuess> fields) {
    List<FieldGuess> usable =
        fields.stream()
            .filter(f -> f.inNearlyAll() && !f.equals(time) && f.type().identifies() && !f.isTime())
            .toList();
    List<FieldGuess> ids =
        usable.stream()
            .filter(f -> f.type().type() == FieldType.UUID || NameWords.isIdentifier(f.key()))
            .filter(f -> f.type().type() != FieldType.BOOLEAN)
            .sorted(Comparator.comparingInt(GuessIdentity::rank))
            .toList();
    List<Guess> guesses = new ArrayList<>();
    for (FieldGuess id : ids) {
      single(id, guesses);
    }
    // An id that events share on purpose tells few of them apart.
    combination(ids.stream().filter(id -> !NameWords.isShared(id.key())).toList(), usable, guesses);
    guesses.add(everything(usable, fields));
    return withoutRepeats(guesses);
  }

  private static List<Guess> withoutRepeats(List<Guess> guesses) {
    Set<Set<FieldGuess>> seen = new HashSet<>();
    return guesses.stream().filter(guess -> seen.add(Set.copyOf(guess.fields()))).toList();
  }

  private static int rank(FieldGuess field) {
    int depth = field.path().size() - 1;
    int rank = NameWords.identifierRank(field.key());
    return (depth == 0 ? rank : OF_SOMETHING_ELSE)
        + depth
        + (NameWords.isShared(field.key()) ? 20 : 0)
        + (field.above() ? 10 : 0);
  }

  private void single(FieldGuess id, List<Guess> guesses) {
    int distinct = distinct(List.of(id));
    boolean own = rank(id) < OF_SOMETHING_ELSE;
    boolean all = distinct == events.size();
    if (own && (long) distinct * 100 >= (long) events.size() * NEARLY_ALL_PERCENT) {
      String count = "`%s` has %s values in %s different events";
      guesses.add(
          new Guess(
              List.of(id, time),
              count.formatted(id.name(), distinct, events.size())
                  + (all ? "" : "; events with equal ids count as the same event"),
              all));
    } else if (all && events.size() >= ENOUGH_EVENTS && !NameWords.isShared(id.key())) {
      guesses.add(
          new Guess(
              List.of(id, time),
              "`%s` differs in all %s different events".formatted(id.name(), events.size()),
              false));
    }
  }

  /** The fewest ids that tell all events apart with the time, and what kind of event it is. */
  private void combination(List<FieldGuess> ids, List<FieldGuess> usable, List<Guess> guesses) {
    List<FieldGuess> kinds =
        usable.stream().filter(f -> !ids.contains(f) && NameWords.isType(f.key())).toList();
    List<FieldGuess> chosen = new ArrayList<>(List.of(time));
    grow(chosen, ids, 1);
    if (chosen.size() == 1) {
      return;
    }
    grow(chosen, kinds, 0);
    if (distinct(chosen) < events.size()) {
      return;
    }
    // One id for several events: their type belongs to what they are.
    kinds.stream()
        .filter(kind -> !chosen.contains(kind) && kind.path().size() == 1)
        .forEach(chosen::add);
    chosen.remove(time);
    chosen.add(time);
    guesses.add(
        new Guess(
            List.copyOf(chosen),
            "no single id differs in all events; these fields together do, in all %s different events"
                .formatted(events.size()),
            false));
  }

  /** Adds the field that tells most events apart, until all are or none helps. */
  private void grow(List<FieldGuess> chosen, List<FieldGuess> pool, int atLeast) {
    int added = 0;
    int before = distinct(chosen);
    while (before < events.size() || added < atLeast) {
      FieldGuess best = null;
      int most = added < atLeast ? before - 1 : before;
      for (FieldGuess candidate : pool) {
        if (!chosen.contains(candidate)) {
          List<FieldGuess> more = new ArrayList<>(chosen);
          more.add(candidate);
          int distinct = distinct(more);
          if (distinct > most) {
            most = distinct;
            best = candidate;
          }
        }
      }
      if (best == null) {
        return;
      }
      chosen.add(best);
      added++;
      before = most;
    }
  }

  private Guess everything(List<FieldGuess> usable, List<FieldGuess> fields) {
    List<FieldGuess> all = new ArrayList<>(usable);
    all.add(time);
    int distinct = distinct(all);
    if (distinct < events.size()) {
      fields.stream()
          .filter(f -> f.isTime() && f.inNearlyAll() && !f.equals(time))
          .forEach(all::add);
      distinct = distinct(all);
    }
    return new Guess(
        List.copyOf(all),
        "no id: two events are the same if all of these fields are equal"
            + (distinct == events.size()
                ? ""
                : ". THIS IS NOT ENOUGH: %s different events would count as duplicates"
                    .formatted(events.size() - distinct)),
        false);
  }

  private int distinct(List<FieldGuess> fields) {
    Set<List<JsonNode>> values = new HashSet<>();
    for (SampledEvent event : events) {
      List<JsonNode> value = new ArrayList<>(fields.size());
      fields.forEach(field -> value.add(event.value(field)));
      values.add(value);
    }
    return values.size();
  }
}
