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
 * Warns of valid events whose time looks as if it was read in a wrong unit: seconds read as
 * milliseconds give a time in January 1970, and the event is late. One line a minute at most, which
 * holds no time. Costs two comparisons for an event near the present. Not thread-safe.
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

  /** Looks at an event; logs if it is time to. */
  void observe(Event event, Clock clock) {
    if (!TimeUnitHint.isUsual(event.eventTimeMillis())) {
      String line = warning(event.eventTimeMillis(), clock.millis());
      if (line != null) {
        LOG.warn("{}", line);
      }
    }
  }

  /** The line about events like this one so far; null if there is none, or none yet. */
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
        "Events whose `%s` is far from the present: %d so far. Is %s read as %s? Check `format` of"
            + " the field in the contract.";
    return line.formatted(field.name(), events, likely.contractName(), declared.contractName());
  }
}
