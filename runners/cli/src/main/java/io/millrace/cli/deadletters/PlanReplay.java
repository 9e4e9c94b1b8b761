package io.millrace.cli.deadletters;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.cli.deadletters.ReplayTable.Claim;
import io.millrace.cli.deadletters.ReplayTable.Place;
import io.millrace.cli.explain.EventExplanation;
import io.millrace.cli.explain.RecordExplainer;
import io.millrace.cli.explain.StoredDeadLetter;
import io.millrace.contract.Contract;
import io.millrace.event.DeadLetterCode;
import io.millrace.event.DeadLetterFactory;
import io.millrace.event.Event;
import io.millrace.event.Outcome;
import io.millrace.event.SourceRecord;
import io.millrace.event.SourceRecord.Header;
import io.millrace.expression.RecordSelector;
import io.millrace.pipeline.WrongUseException;
import io.millrace.redact.SealedBytes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Decides what becomes of dead letters under the contract of today, and makes the records of those
 * that are replayed. An event whose identity the tables hold, or an earlier one of the replay, is a
 * duplicate. An event that an interrupted replay has claimed keeps what was decided then.
 *
 * <p>Keeps a batch of dead letters, and of each event an entry for its place and its identity. Not
 * thread-safe.
 */
final class PlanReplay implements AutoCloseable {
  private static final int BATCH_LETTERS = 1_000;
  private static final long BATCH_BYTES = 16 << 20;

  /** Characters of the places in one query, which the server limits to 256 KiB. */
  private static final int BATCH_PLACES = 100_000;

  private static final int PLACE_CHARS = 50;
  private static final String DROPPED = "dropped";

  /** A watermark that makes no event late. */
  private static final long NEVER_LATE = BoundedWindow.TIMESTAMP_MIN_VALUE.getMillis();

  private final Contract contract;
  private final ReplayTable replays;
  private final KnownIdentities identities;
  private final Settings settings;
  private final Consumer<SourceRecord> records;
  private final RecordExplainer explainer;
  private final @Nullable RecordSelector selector;
  private final List<Event> counted = new ArrayList<>();
  private final Set<Place> seen = new HashSet<>();
  private final List<StoredDeadLetter> batch = new ArrayList<>();
  private final ReplayPlan plan = new ReplayPlan();
  private long batchBytes;
  private long batchPlaces;

  /**
   * Settings of a replay.
   *
   * @param dryRun whether nothing is claimed
   * @param judgeLateness whether events are late that were late when their record arrived; if not,
   *     none is
   * @param immutableStore whether the dead letters stay in their store while they are replayed
   */
  record Settings(boolean dryRun, boolean judgeLateness, boolean immutableStore) {}

  /** An event of a dead letter of the batch. */
  private static final class Planned {
    final EventExplanation event;
    final Place place;
    final String shown;
    boolean first;
    @Nullable Event lookedUp;

    Planned(EventExplanation event, Place place, String shown, boolean first) {
      this.event = event;
      this.place = place;
      this.shown = shown;
      this.first = first;
    }

    /** Whether it becomes a row of an event, unless it is a duplicate. */
    boolean isUnique() {
      return event.outcome() == Outcome.ACCEPTED
          || event.outcome() == Outcome.ERROR
          || event.outcome() == Outcome.DUPLICATE;
    }
  }

  private record PlannedLetter(
      StoredDeadLetter letter, boolean asElement, long watermark, List<Planned> events) {}

  /**
   * Prepares.
   *
   * @param records receives the record of each dead letter that is replayed, after it is claimed
   */
  PlanReplay(
      Contract contract,
      ReplayTable replays,
      KnownIdentities identities,
      Settings settings,
      Consumer<SourceRecord> records) {
    this.contract = contract;
    this.replays = replays;
    this.identities = identities;
    this.settings = settings;
    this.records = records;
    this.selector = RecordSelector.of(contract);
    this.explainer =
        RecordExplainer.of(contract, System.currentTimeMillis()).onCounted(counted::add);
  }

  /** How many of the dead letters so far are replayed, or may be. */
  long replayed() {
    return plan.replayed() + batch.size();
  }

  /** Adds a dead letter with its bytes. */
  void add(StoredDeadLetter letter) {
    SourceRecord record = letter.record();
    if (!seen.add(Place.of(record, record.elementNumber()))) {
      plan.skip("a copy of one before", letter.place());
      return;
    }
    batch.add(letter);
    batchBytes += Math.max(0, letter.valueBytes());
    batchPlaces += PLACE_CHARS + record.topic().length();
    if (batch.size() >= BATCH_LETTERS || batchBytes >= BATCH_BYTES || batchPlaces >= BATCH_PLACES) {
      flush();
    }
  }

  /** Decides about the last ones, and returns what becomes of all. */
  ReplayPlan finish() {
    flush();
    return plan;
  }

  private void flush() {
    if (batch.isEmpty()) {
      return;
    }
    List<SourceRecord> origins = batch.stream().map(StoredDeadLetter::record).toList();
    Map<Place, String> audited = replays.audited(contract, origins);
    Map<Place, Claim> claimed =
        replays.isThere() ? replays.claims(contract.name(), origins) : Map.of();
    List<PlannedLetter> planned = new ArrayList<>();
    List<Claim> claims = new ArrayList<>();
    for (StoredDeadLetter letter : batch) {
      Place place = Place.of(letter.record(), letter.record().elementNumber());
      String outcome = audited.get(place);
      if (outcome != null && !outcome.equals(Outcome.DEAD.label()) && !isOpen(letter, claimed)) {
        plan.skip("its outcome is " + outcome + " by now", letter.place());
        claims.add(new Claim(place, true, isWritten(outcome), outcome));
      } else if (isDropped(letter)) {
        plan.skip("its bytes were dropped", letter.place());
      } else {
        plan(letter, claimed, planned);
      }
    }
    lookUp(planned);
    for (PlannedLetter letter : planned) {
      plan.replay();
      for (Planned event : letter.events) {
        plan.outcome(outcome(event), event.shown);
        Claim before = claimed.get(event.place);
        claims.add(new Claim(event.place, event.first, before != null && before.written(), ""));
      }
    }
    if (!settings.dryRun) {
      replays.claim(contract.name(), claims, System.currentTimeMillis());
      planned.forEach(letter -> records.accept(record(letter)));
    }
    batch.clear();
    batchBytes = 0;
    batchPlaces = 0;
  }

  /** Whether an interrupted replay has left events of the dead letter without outcome. */
  private static boolean isOpen(StoredDeadLetter letter, Map<Place, Claim> claimed) {
    SourceRecord record = letter.record();
    Place place = Place.of(record, record.elementNumber());
    boolean element = record.elements() > 1;
    return claimed.values().stream()
        .filter(Claim::isOpen)
        .anyMatch(
            claim ->
                element ? claim.place().equals(place) : claim.place().of(0).equals(place.of(0)));
  }

  private static boolean isWritten(String outcome) {
    return outcome.equals(Outcome.ACCEPTED.label()) || outcome.equals(Outcome.ERROR.label());
  }

  private static boolean isDropped(StoredDeadLetter letter) {
    Header header = letter.record().header(SealedBytes.HEADER);
    return header != null && new String(header.storedValue(), UTF_8).equals(DROPPED);
  }

  private void plan(
      StoredDeadLetter letter, Map<Place, Claim> claimed, List<PlannedLetter> planned) {
    SourceRecord record = letter.record();
    long watermark =
        settings.judgeLateness
            ? record.recordTimeMillis() - contract.time().outOfOrderness().toMillis()
            : NEVER_LATE;
    explainer.withWatermark(watermark);
    counted.clear();
    StoredDeadLetter.Explained explained = explained(letter);
    List<EventExplanation> events = explained.events();
    boolean splits = !explained.asElement() && events.size() > 1;
    if (splits && !settings.immutableStore && events.get(0).outcome() == Outcome.DEAD) {
      plan.skip("its first event would replace the record in the table", letter.place());
      return;
    }
    List<Planned> all = new ArrayList<>();
    int next = 0;
    for (EventExplanation event : events) {
      int element = explained.asElement() ? record.elementNumber() : Math.max(0, event.element());
      Place place = Place.of(record, element);
      Claim claim = claimed.get(place);
      Boolean before = claim == null ? null : claim.decided();
      Planned one =
          new Planned(
              event,
              place,
              splits ? letter.place() + "#" + element : letter.place(),
              before != null ? before : event.outcome() != Outcome.DUPLICATE);
      if (event.outcome() == Outcome.ACCEPTED || event.outcome() == Outcome.ERROR) {
        one.lookedUp = before == null ? counted.get(next) : null;
        next++;
      }
      all.add(one);
    }
    planned.add(new PlannedLetter(letter, explained.asElement(), watermark, all));
  }

  private StoredDeadLetter.Explained explained(StoredDeadLetter letter) {
    boolean sealed = SealedBytes.isSealed(letter.record());
    if (selector != null && !sealed && !selector.takes(letter.record())) {
      return dead(
          letter, DeadLetterCode.NO_CONTRACT, "the contract's `records` do not describe it");
    }
    try {
      return letter.explain(explainer, contract.holdsMany());
    } catch (WrongUseException e) {
      // Encrypted with another secret: it dies again.
      return dead(letter, DeadLetterCode.ENCRYPTED, e.getMessage());
    }
  }

  private static StoredDeadLetter.Explained dead(
      StoredDeadLetter letter, DeadLetterCode code, String message) {
    return new StoredDeadLetter.Explained(
        List.of(EventExplanation.without(0, -1, Outcome.DEAD, code.label(), message)),
        letter.record().elements() > 1);
  }

  private void lookUp(List<PlannedLetter> planned) {
    List<Planned> asked =
        planned.stream()
            .flatMap(letter -> letter.events.stream())
            .filter(event -> event.lookedUp != null)
            .toList();
    List<Event> events = asked.stream().map(event -> event.lookedUp).toList();
    for (int known : identities.of(events)) {
      asked.get(known).first = false;
    }
  }

  private static String outcome(Planned planned) {
    EventExplanation event = planned.event;
    if (planned.isUnique()) {
      boolean again = event.outcome() == Outcome.DUPLICATE;
      return !planned.first
          ? Outcome.DUPLICATE.label()
          : again ? Outcome.ACCEPTED.label() : event.outcomeName();
    }
    return event.outcome() == Outcome.DEAD || event.outcome() == Outcome.FILTERED
        ? event.outcomeName() + " " + event.reason()
        : event.outcomeName();
  }

  private SourceRecord record(PlannedLetter planned) {
    StoredDeadLetter letter = planned.letter;
    List<Header> more = new ArrayList<>();
    more.add(LetterHeaders.header(DeadLetterFactory.ATTEMPT_HEADER, letter.attempt() + 1L));
    more.add(LetterHeaders.header(DeadLetterFactory.FIRST_SEEN_HEADER, letter.firstSeenMillis()));
    String duplicates =
        planned.events.stream()
            .filter(event -> event.isUnique() && !event.first)
            .map(event -> Integer.toString(event.place.element()))
            .collect(Collectors.joining(","));
    if (!duplicates.isEmpty()) {
      more.add(LetterHeaders.header(DeadLetterFactory.DUPLICATES_HEADER, duplicates));
    }
    return LetterHeaders.with(
        planned.asElement ? letter.asElement() : letter.asWhole(), more, planned.watermark);
  }

  @Override
  public void close() {
    explainer.close();
  }
}
