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

  static final String INFLUX =
      """
      fields:
        measurement:   {type: string}
        query_id:      {path: fields.query_id, type: string, required: true}
        event_type:    {path: tags.event_type, type: string, required: true, low_cardinality: true}
        query_text:    {path: fields.query_text, type: string, default: ""}
        user_id:       {path: fields.user_id, type: string, default: ""}
        database_name: {path: tags.database, type: string, default: "", low_cardinality: true}
        duration_ms:   {path: fields.duration_ms, type: int64}
        rows_affected: {path: fields.rows_affected, type: int64}
        error:         {path: fields.error, type: text}
        payload:       {path: fields.payload, type: text}
        event_time:    {path: time, type: timestamp, format: epoch_ns, precision: 3, required: true}

      """;

  static final String OTLP_LOGS =
      """
      fields:
        query_id:      {path: [attributes, query_id], type: string, required: true}
        event_type:    {path: [attributes, event_type], type: string, required: true, low_cardinality: true}
        query_text:    {path: body, type: text, default: ""}
        user_id:       {path: [attributes, user_id], type: string, default: ""}
        database_name: {path: [attributes, database], type: string, default: "", low_cardinality: true}
        duration_ms:   {path: [attributes, duration_ms], type: int64}
        rows_affected: {path: [attributes, rows_affected], type: int64}
        error:         {path: [attributes, error], type: text}
        payload:       {path: [attributes, payload], type: text}
        service:       {path: service_name, type: string}
        event_time:    {path: time, type: timestamp, precision: 3, required: true}

      """;

  static final String AVRO =
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
        payload:       {type: text}
        event_time:    {path: timestamp, type: timestamp, precision: 3, required: true}

      """;

  private QueryFields() {}
}
