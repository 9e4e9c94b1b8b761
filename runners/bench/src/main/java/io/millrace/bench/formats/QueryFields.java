package io.millrace.bench.formats;

/** The fields of the query events in each format, as a contract has them. */
final class QueryFields {
  static final String JSON =
      """
      fields:
        query_id:      {type: string, required: true}
        event_type:    {type: string, required: true, low_cardinality: true}
        query_text:    {type: string, default: ""}
        user_id:       {path: metadata.user_id, type: string, default: ""}
        database_name: {path: metadata.database, type: string, default: "", low_cardinality: true}
        duration_ms:   {path: metadata.duration_ms, type: int64}
        rows_affected: {path: metadata.rows_affected, type: int64}
        error:         {path: metadata.error, type: text}
        payload:       {type: json}
        event_time:    {path: timestamp, type: timestamp, precision: 3, required: true}

      """;

  private QueryFields() {}
}
