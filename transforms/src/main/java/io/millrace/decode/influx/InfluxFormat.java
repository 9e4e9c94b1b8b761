package io.millrace.decode.influx;

import io.millrace.contract.Contract;
import io.millrace.contract.EventsInRecord;
import io.millrace.contract.TimeFormat;
import io.millrace.decode.RecordDecoder;
import io.millrace.event.Clock;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * InfluxDB line protocol (v2), as Telegraf writes it: a record holds lines, and each line is one
 * point. An event is a point, or one field of it (option {@code rows}). A timestamp counts units of
 * the option {@code precision} since the epoch, UTC; a point without one has the time of its
 * record.
 *
 * <p>A line that is no point, or does not fit the contract, is one dead element with the line's
 * bytes. Comments and blank lines are no elements.
 *
 * <p>Cost: up to about a microsecond for a point of 150 bytes, and one copy of each line.
 */
public final class InfluxFormat implements RecordDecoder.Factory {
  private static final String PRECISION = "precision";
  private static final String ROWS = "rows";
  private static final String OF_FIELDS = "field";

  private static final Map<String, Set<String>> OPTIONS = options("ns us ms s", "point field");

  private static Map<String, Set<String>> options(String precisions, String rows) {
    // Messages list them in this order.
    Map<String, Set<String>> options = new LinkedHashMap<>();
    options.put(PRECISION, new LinkedHashSet<>(List.of(precisions.split(" "))));
    options.put(ROWS, new LinkedHashSet<>(List.of(rows.split(" "))));
    return Collections.unmodifiableMap(options);
  }

  @Override
  public String name() {
    return "influx";
  }

  @Override
  public boolean holdsMany() {
    return true;
  }

  @Override
  public Map<String, Set<String>> options() {
    return OPTIONS;
  }

  @Override
  public List<String> problems(Contract contract) {
    return PointPaths.problems(contract, isOfFields(contract), unit(contract));
  }

  @Override
  public RecordDecoder compile(Contract contract, Clock clock) {
    EventsInRecord events = contract.events();
    if (events == null) {
      throw new IllegalArgumentException("a record of line protocol always holds many events");
    }
    return new InfluxDecoder(contract, events, clock, unit(contract), isOfFields(contract));
  }

  private static boolean isOfFields(Contract contract) {
    return OF_FIELDS.equals(contract.formatOptions().get(ROWS));
  }

  private static TimeFormat unit(Contract contract) {
    return switch (contract.formatOptions().getOrDefault(PRECISION, "ns")) {
      case "s" -> TimeFormat.EPOCH_S;
      case "ms" -> TimeFormat.EPOCH_MS;
      case "us" -> TimeFormat.EPOCH_US;
      default -> TimeFormat.EPOCH_NS;
    };
  }
}
