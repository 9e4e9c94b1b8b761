package io.millrace.contract.compatibility;

import io.millrace.contract.Contract;
import io.millrace.contract.EventsInRecord;
import io.millrace.contract.RecordRule;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The differences between two versions of a contract, as far as they decide which records are
 * accepted, and what the same event is.
 *
 * <p>Tables, roll-ups and lateness are not compared: they decide where events go, not which are
 * valid; {@code millrace migrate} and {@code millrace upgrade} say what those mean.
 *
 * @param changes in the order of the contract
 */
public record ContractDiff(List<Change> changes) {
  /** Compares two versions. */
  public static ContractDiff of(Contract enrichedBefore, Contract enrichedAfter) {
    // Columns that are added to events decide nothing about records.
    Contract before = enrichedBefore.decoded();
    Contract after = enrichedAfter.decoded();
    List<Change> changes = new ArrayList<>();
    if (!before.name().equals(after.name())) {
      changes.add(Change.harmless("contract", before.name(), after.name()));
    }
    if (before.version() != after.version()) {
      changes.add(Change.harmless("version", before.version(), after.version()));
    }
    records(before.records(), after.records(), changes);
    breaking("format", format(before), format(after), changes);
    breaking("compression", before.compression(), after.compression(), changes);
    breaking("events", events(before.events()), events(after.events()), changes);
    most("limits.max_bytes", before.limits().maxBytes(), after.limits().maxBytes(), changes);
    most("limits.max_depth", before.limits().maxDepth(), after.limits().maxDepth(), changes);
    EventsInRecord one = before.events();
    EventsInRecord other = after.events();
    if (one != null && other != null) {
      most("limits.max_events", one.maxEvents(), other.maxEvents(), changes);
      most("limits.max_record_bytes", one.maxRecordBytes(), other.maxRecordBytes(), changes);
    }
    changes.addAll(new FieldChanges("fields.").of(before.fields(), after.fields()));
    breaking("identity", before.identity(), after.identity(), changes);
    breaking("event_time.field", path(before), path(after), changes);
    maxAhead(before.time().maxAhead(), after.time().maxAhead(), changes);
    notBefore(before.time().notBefore(), after.time().notBefore(), changes);
    return new ContractDiff(List.copyOf(changes));
  }

  /** A record that the new rule does not describe is none of the contract. */
  private static void records(
      @Nullable RecordRule before, @Nullable RecordRule after, List<Change> changes) {
    if (!Objects.equals(before, after)) {
      changes.add(Change.of("records", text(before), text(after), after == null, before == null));
    }
  }

  private static String text(@Nullable RecordRule rule) {
    if (rule == null) {
      return "all";
    }
    String when = rule.when() == null ? "" : rule.when();
    return rule.topics().isEmpty()
        ? when
        : "of " + String.join(", ", rule.topics()) + (when.isEmpty() ? "" : " where " + when);
  }

  private static String format(Contract contract) {
    return contract.formatOptions().isEmpty()
        ? contract.format()
        : contract.format() + " with " + contract.formatOptions().keySet();
  }

  private static String events(@Nullable EventsInRecord events) {
    return events == null
        ? "one a record"
        : events.kind() == EventsInRecord.Kind.ARRAY
            ? "in " + events.arrays()
            : events.kind().toString().toLowerCase(java.util.Locale.ROOT);
  }

  private static String path(Contract contract) {
    return contract.fields().get(contract.indexOf(contract.eventTime())).dottedPath();
  }

  private static void breaking(String place, Object before, Object after, List<Change> changes) {
    if (!before.equals(after)) {
      changes.add(Change.of(place, before, after, false, false));
    }
  }

  private static void most(String place, int before, int after, List<Change> changes) {
    if (before != after) {
      changes.add(Change.of(place, before, after, after > before, after < before));
    }
  }

  private static void maxAhead(
      @Nullable Duration before, @Nullable Duration after, List<Change> changes) {
    if (!Objects.equals(before, after)) {
      boolean wider = after == null || (before != null && after.compareTo(before) > 0);
      changes.add(Change.of("event_time.max_ahead", before, after, wider, !wider));
    }
  }

  private static void notBefore(
      @Nullable Instant before, @Nullable Instant after, List<Change> changes) {
    if (!Objects.equals(before, after)) {
      boolean wider = after == null || (before != null && after.isBefore(before));
      changes.add(Change.of("event_time.not_before", before, after, wider, !wider));
    }
  }

  /** What all changes together mean. */
  public Compatibility compatibility() {
    return Compatibility.of(
        changes.stream().allMatch(Change::backward), changes.stream().allMatch(Change::forward));
  }
}
