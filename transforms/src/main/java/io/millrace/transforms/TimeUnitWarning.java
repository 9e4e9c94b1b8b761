package io.millrace.transforms;

import io.millrace.contract.Contract;
import io.millrace.contract.FieldDefinition;
import io.millrace.contract.TimeFormat;
import io.millrace.decode.TimeUnitHint;
import io.millrace.event.Clock;
import io.millrace.event.Event;
import java.util.concurrent.TimeUnit;
import org.checkerframework.checker.nullness.qual.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Warns of valid events whose time suggests a wrong unit. For example, seconds read as milliseconds
 * give a time in January 1970, and the event is late. Logs at most one line a minute, without the
 * time itself. Costs two comparisons for an event near the present. Not thread-safe.
 */
final class TimeUnitWarning {
  private static final Logger LOG = LoggerFactory.getLogger(TimeUnitWarning.class);
  private static final long INTERVAL_MILLIS = TimeUnit.MINUTES.toMillis(1);

  private final FieldDefinition field;
  private long events;
  private long nextMillis = Long.MIN_VALUE;

  TimeUnitWarning(Contract contract) {
    this.field = contract.fields().get(contract.indexOf(contract.eventTime()));
  }

  /** Checks an event and logs a warning if one is due. */
  void observe(Event event, Clock clock) {
    if (!TimeUnitHint.isUsual(event.eventTimeMillis())) {
      String line = warning(event.eventTimeMillis(), clock.millis());
      if (line != null) {
        LOG.warn("{}", line);
      }
    }
  }

  /** The warning after an event with this time; null if none is due. */
  @Nullable String warning(long timeMillis, long nowMillis) {
    TimeFormat declared = field.timeFormat();
    if (declared == null) {
      return null;
    }
    TimeFormat likely =
        TimeUnitHint.likely(
            declared,
            Math.floorDiv(timeMillis, 1000L),
            Math.floorMod(timeMillis, 1000) * 1_000_000);
    if (likely == declared) {
      return null;
    }
    events++;
    if (nowMillis < nextMillis) {
      return null;
    }
    nextMillis = nowMillis + INTERVAL_MILLIS;
    String line =
        "`%s` of %d events is far from the present. The values look like %s, but the contract"
            + " declares %s. Check `format` of the field in the contract.";
    return line.formatted(field.name(), events, likely.contractName(), declared.contractName());
  }
}
