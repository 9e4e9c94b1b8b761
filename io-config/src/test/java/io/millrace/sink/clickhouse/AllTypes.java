package io.millrace.sink.clickhouse;

/** A contract with every type of field. */
final class AllTypes {
  private static final String COLUMNS =
      "[id, text, either, raw, label, i32, i64, f64, d9, d18, d38, flag, other_time, names,"
          + " numbers, steps, event_time, ingestion_time, extra]";

  static final String YAML =
      """
      contract: all-types
      version: 3
      format: json
      fields:
        id: {type: uuid, required: true}
        text: {type: string}
        either: {type: text}
        raw: {type: json}
        label: {type: string, low_cardinality: true}
        i32: {type: int32}
        i64: {type: int64}
        f64: {type: float64}
        d9: {type: decimal, precision: 9, scale: 2}
        d18: {type: decimal, precision: 18, scale: 6}
        d38: {type: decimal, precision: 38, scale: 10}
        flag: {type: boolean}
        other_time: {type: timestamp, precision: 3}
        names: {type: array, items: {type: string}}
        numbers: {type: array, items: {type: int64}}
        steps:
          type: array
          items:
            type: record
            fields:
              name: {type: string, required: true}
              cost: {type: decimal, precision: 9, scale: 2}
              at: {type: timestamp, precision: 6}
        event_time: {type: timestamp, required: true}
      event_time: {field: event_time}
      identity: [id, event_time]
      unknown_fields: {column: extra, as: map}
      tables:
        normal: {name: everything, columns: %1$s}
        error: {name: everything_error, columns: %1$s}
        late: {name: everything_late, columns: %1$s}
        dead_letters: {name: everything_dead}
      """
          .formatted(COLUMNS);

  private AllTypes() {}
}
