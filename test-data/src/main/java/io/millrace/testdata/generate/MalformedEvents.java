package io.millrace.testdata.generate;

import io.millrace.testdata.sink.MalformedKind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/** Makes malformed records from valid events. Each has exactly one fault. */
final class MalformedEvents {
  /** The contract's limit for the size of an event. */
  static final int LIMIT_BYTES = 262_144;

  private static final int LARGE_ONE_IN = 40;

  private final RandomGenerator random;
  private final List<MalformedKind> kinds = new ArrayList<>();
  private final boolean largeAllowed;
  private final List<MalformedKind> deck = new ArrayList<>();
  private final FieldFaults fieldFaults;
  private final ByteFaults byteFaults;
  private long drawn;

  MalformedEvents(Set<MalformedKind> allowed, RandomGenerator random) {
    this.random = random;
    // The order of the enum is deterministic; the order of the set may not be.
    for (MalformedKind kind : MalformedKind.values()) {
      if (allowed.contains(kind) && kind != MalformedKind.TOO_LARGE) {
        kinds.add(kind);
      }
    }
    largeAllowed = allowed.contains(MalformedKind.TOO_LARGE);
    fieldFaults = new FieldFaults(random);
    byteFaults = new ByteFaults(random);
  }

  /** Whether a kind is allowed; TOO_LARGE alone is too rare. */
  boolean possible() {
    return !kinds.isEmpty();
  }

  /** Draws kinds equally often, but TOO_LARGE once in 40: it costs as much as 100 events. */
  MalformedKind nextKind() {
    if (largeAllowed && drawn++ % LARGE_ONE_IN == LARGE_ONE_IN - 1) {
      return MalformedKind.TOO_LARGE;
    }
    if (deck.isEmpty()) {
      deck.addAll(kinds);
    }
    return deck.remove(random.nextInt(deck.size()));
  }

  /**
   * Returns the bytes of a record of this kind; null for a tombstone.
   *
   * @param draft a valid event with every known field; it is modified
   */
  byte[] make(MalformedKind kind, EventDraft draft, EventWriter writer) {
    switch (kind) {
      case MISSING_FIELD -> fieldFaults.missingField(draft);
      case WRONG_TYPE -> fieldFaults.wrongType(draft);
      case NUMBER_OVERFLOW -> fieldFaults.numberOverflow(draft);
      case NOT_A_NUMBER -> fieldFaults.notANumber(draft);
      case LONE_SURROGATE -> fieldFaults.loneSurrogate(draft);
      case INVALID_TIME -> fieldFaults.invalidTime(draft);
      case DUPLICATE_KEY -> fieldFaults.duplicateKey(draft);
      case TOO_DEEP -> fieldFaults.tooDeep(draft);
      case TOO_LARGE -> fieldFaults.tooLarge(draft);
      default -> {}
    }
    byte[] event = writer.write(draft);
    return switch (kind) {
      case EMPTY -> (random.nextBoolean() ? "" : "  \t ").getBytes(StandardCharsets.US_ASCII);
      case TOMBSTONE -> null;
      case NOT_UTF8 -> byteFaults.notUtf8(event);
      case TRUNCATED -> byteFaults.truncated(event);
      case MALFORMED_JSON -> byteFaults.malformedJson(event);
      case NOT_AN_OBJECT -> byteFaults.notAnObject(event);
      case TRAILING_GARBAGE -> byteFaults.trailingGarbage(event);
      default -> event;
    };
  }
}
