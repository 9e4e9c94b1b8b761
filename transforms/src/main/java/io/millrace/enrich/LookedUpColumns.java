package io.millrace.enrich;

import io.millrace.contract.Contract;
import io.millrace.contract.FieldDefinition;
import io.millrace.contract.FieldType;
import io.millrace.contract.Lookup;
import io.millrace.contract.OnFailure;
import io.millrace.decode.DecodeException;
import io.millrace.enrich.EventEnricher.Addition;
import io.millrace.event.DeadLetterCode;
import io.millrace.event.PipelineMetrics;
import io.millrace.event.RowValues;
import io.millrace.expression.Expressions;
import io.millrace.expression.RowValue;
import io.millrace.lookup.LookupVersion;
import io.millrace.lookup.Lookups;
import io.millrace.lookup.SharedLookup;
import java.util.List;
import java.util.function.Supplier;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.Metrics;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A compiled look-up. Each event gets the values of the version that is current when it is
 * processed. Not thread-safe.
 */
final class LookedUpColumns implements AutoCloseable {
  private final Lookup lookup;
  private final List<String> names;
  private final RowValue key;
  private final boolean unsignedKey;
  private final int first;
  private final Supplier<LookupVersion> versions;
  private final Runnable closing;
  private final boolean metrics;
  private final Counter missing;
  private @Nullable LookupVersion seen;
  private boolean found;

  private LookedUpColumns(
      Contract contract, Lookup lookup, @Nullable LookupVersion given, boolean metrics) {
    this.lookup = lookup;
    this.names = lookup.columns().stream().map(Lookup.Column::name).toList();
    this.first = contract.indexOf(names.get(0));
    Expressions expressions = new Expressions(contract.fields().subList(0, first));
    FieldDefinition keys = expressions.inferred(lookup.key());
    if (keys == null) {
      throw new IllegalArgumentException("lookups." + lookup.name() + ": the key has no type");
    }
    this.key = expressions.value(lookup.key(), keys);
    this.unsignedKey = keys.type() == FieldType.UINT64;
    this.metrics = metrics;
    this.missing = PipelineMetrics.counter(PipelineMetrics.LOOKUP_MISSING + lookup.name());
    if (given == null) {
      SharedLookup shared = SharedLookup.open(lookup, Lookups.columns(contract, lookup));
      this.versions = shared::current;
      this.closing = shared::close;
    } else {
      this.versions = () -> given;
      this.closing = () -> {};
    }
  }

  /**
   * Opens a look-up.
   *
   * @param given what it looks up in; null: its source
   */
  static LookedUpColumns open(
      Contract contract, Lookup lookup, @Nullable LookupVersion given, boolean metrics) {
    return new LookedUpColumns(contract, lookup, given, metrics);
  }

  /** Sets the columns' values among the values of a row. */
  @SuppressWarnings("ReferenceEquality") // a version is one object in a process
  void fill(RowValues row, @Nullable Object[] values) throws DecodeException {
    LookupVersion version = versions.get();
    if (version != seen) {
      seen = version;
      if (metrics) {
        gauge(PipelineMetrics.LOOKUP_VERSION, version.number());
        gauge(PipelineMetrics.LOOKUP_ROWS, version.index().rows());
        gauge(PipelineMetrics.LOOKUP_CHECKED, version.checked().getEpochSecond());
      }
    }
    String text = text(key.of(row));
    @Nullable Object[] columns = text == null ? null : version.index().find(text);
    found = columns != null;
    if (columns != null) {
      System.arraycopy(columns, 0, values, first, columns.length);
      return;
    }
    if (metrics) {
      missing.inc();
    }
    if (lookup.onMissing() == OnFailure.DEAD) {
      throw new DecodeException(
          DeadLetterCode.RULE_FAILED,
          "lookups.%s: no row for the key of this event (version %s)"
              .formatted(lookup.name(), version.name()));
    }
  }

  private @Nullable String text(@Nullable Object value) {
    if (value == null || value == RowValue.FAILED) {
      return null;
    }
    return unsignedKey && value instanceof Long bits
        ? Long.toUnsignedString(bits)
        : value.toString();
  }

  private void gauge(String prefix, long value) {
    Metrics.gauge(PipelineMetrics.NAMESPACE, prefix + lookup.name()).set(value);
  }

  /** Where the values of the latest event came from. */
  Addition latest() {
    LookupVersion version = seen;
    return new Addition(
        "%s in %s (version %s)"
            .formatted(
                found ? "looked up" : "no row",
                lookup.name(),
                version == null ? "none" : version.name()),
        names);
  }

  @Override
  public void close() {
    closing.run();
  }
}
