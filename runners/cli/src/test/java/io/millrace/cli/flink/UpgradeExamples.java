package io.millrace.cli.flink;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Another value for each flag and for each key of a contract. */
final class UpgradeExamples {
  /** Another value for each flag that the pipeline's state could depend on. */
  static final Map<String, String> FLAGS =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("input", "kafka://a:9092/other"),
              Map.entry("pubsubIdAttribute", "other"),
              Map.entry("pubsubTimestampAttribute", "other"),
              Map.entry("pubsubEmulator", "127.0.0.1:2"),
              Map.entry("output", "clickhouse://b:8123/db,clickhouse://c:8123/db"),
              Map.entry("deadLetters", "table,kafka://127.0.0.1:1/dead"),
              Map.entry("allowedLateness", "2h"),
              Map.entry("outOfOrderness", "11s"),
              Map.entry("clickHouseUser", "other"),
              Map.entry("clickHousePassword", "env:OTHER"),
              Map.entry("clickHouseAnswerTimeout", "2m"),
              Map.entry("clickHouseCompression", "zstd"),
              Map.entry("onOperatorError", "fail"),
              Map.entry("bigQueryTriggeringFrequency", "9s"),
              Map.entry("bigQueryDatasetLocation", "EU"),
              Map.entry("maxBatchRows", "77"),
              Map.entry("maxBatchAge", "7s"),
              Map.entry("maxWaitingBytes", "7777"),
              Map.entry("dedupShards", "7"),
              Map.entry("dedupSlots", "7"),
              Map.entry("pageRecords", "7"),
              Map.entry("kafkaPartitions", "7"),
              Map.entry("kafkaIsolationLevel", "read_uncommitted"),
              Map.entry("kafkaConfig", "file:/other.properties"),
              Map.entry("deadLetterKafkaConfig", "file:/other.properties"),
              Map.entry("alerts", "https://alertmanager:9093,kafka://127.0.0.1:1/alerts"),
              Map.entry("alertKafkaConfig", "file:/other.properties"),
              Map.entry("alertAuthorization", "env:OTHER"),
              Map.entry("kafkaReader", "kafkaio"),
              Map.entry("startFrom", "latest"),
              Map.entry("consumerGroup", "other"),
              Map.entry("kafkaSplits", "7"),
              Map.entry("rollupShards", "7"),
              Map.entry("archiveFileBytes", "7"),
              Map.entry("archiveFileAge", "7m"),
              Map.entry("archivePartBytes", "7"),
              Map.entry("archivePartAge", "7s"),
              Map.entry("archiveShards", "7"),
              Map.entry("archiveMaxWaitingBytes", "7"),
              Map.entry("maxInFlight", "7")));

  static final String CONTRACT =
      """
      {"contract": "c", "version": 1, "description": "d", "format": "json",
       "compression": "none",
       "records": {"topics": ["a*"], "when": "key != 'none'"},
       "limits": {"max_bytes": 1000, "max_depth": 10, "max_events": 5, "max_record_bytes": 5000},
       "events": {"path": "all"},
       "fields": {
         "id": {"type": "string", "required": true},
         "n": {"type": "int64"},
         "money": {"type": "decimal", "precision": 9, "scale": 2},
         "kind": {"type": "string", "default": ""},
         "other": {"type": "string", "default": ""},
         "note": {"type": "string"},
         "tags": {"type": "array", "items": {"type": "string"}},
         "list": {"type": "array", "items": {"type": "record", "fields": {"a": {"type": "string"}}}},
         "more": {"type": "json"},
         "state": {"type": "enum", "values": {"up": 1}},
         "seen": {"type": "timestamp", "format": "iso8601"},
         "at": {"type": "timestamp", "required": true}},
       "event_time": {"field": "at", "out_of_orderness": "10s", "allowed_lateness": "1h",
         "bucket": "1m", "max_ahead": "1d", "not_before": "2020-01-01T00:00:00Z"},
       "identity": ["id", "at"],
       "error": {"field": "note", "is": "present"},
       "filter": {"small": {"when": "kind == 'b'", "keep": 0.1, "on_error": "filtered"}},
       "lookups": {
         "users": {"from": "https://host/users.csv", "kind": "csv", "key": "kind",
           "key_column": "id", "refresh": "1m", "on_missing": "null", "max_megabytes": 5,
           "user": "me", "password": "env:P",
           "columns": {"country": {"column": "c", "type": "string", "low_cardinality": false},
             "worth": {"column": "w", "type": "decimal", "precision": 9, "scale": 2}}},
         "more": {"from": "https://host/more.csv", "key": "kind", "columns": ["size"],
           "token": "env:T"}},
       "derive": {
         "label": {"value": "kind + other", "type": "string", "low_cardinality": false,
           "on_error": "null"},
         "cents": {"value": "n", "type": "decimal", "precision": 9, "scale": 2}},
       "redact": [{"field": "note", "do": "remove"}],
       "dead_letters": {"bytes": "encrypt", "key": "env:A"},
       "unknown_fields": {"column": "extra", "as": "json"},
       "tables": {
         "normal": {"name": "t", "columns": ["id", "n", "at", "extra"], "ttl": "9d"},
         "error": {"name": "t_errors", "columns": ["id", "at", "extra"], "ttl": "9d"},
         "late": {"name": "t_late", "columns": ["id", "at", "extra"], "ttl": "9d"},
         "dead_letters": {"name": "t_dead", "ttl": "9d"},
         "audit": {"name": "t_audit", "ttl": "9d"},
         "alerts": {"name": "t_alerts", "ttl": "9d"},
         "by": "kind",
         "routes": {"x": {"name": "t_x", "columns": ["id", "at", "extra"], "ttl": "9d"},
           "y": {"when": "note != null"}, "z": {"values": ["c"]}}},
       "rollups": {
         "r": {"window": {"fixed": "5m"}, "early": "5s", "ttl": "9d", "group_by": ["kind"],
           "where": {"field": "note", "is": "absent"},
           "measures": {"c": {"type": "count"},
             "s": {"type": "sum", "field": "n"},
             "i": {"type": "count_if", "field": "note", "is": "present"},
             "j": {"type": "count_if", "field": "kind", "in": ["a"]},
             "k": {"type": "count_if", "when": "kind == 'a'"},
             "q": {"type": "quantiles", "field": "n", "at": [0.5]}}},
         "sliding": {"window": {"sliding": "10m", "every": "1m"},
           "measures": {"c": {"type": "count"}}},
         "session": {"window": {"session": "30m"}, "measures": {"c": {"type": "count"}}}},
       "alerts": {
         "high": {"on": "r", "when": "c > 1", "for": "10m", "clear": "c < 1",
           "labels": {"severity": "page"}, "summary": "{c} events"},
         "soon": {"on": "r", "when": "c > 1", "early": true},
         "gone": {"on": "sliding", "absent_for": "10m", "forget_after": "1d"},
         "lag": {"on": "health", "when": "consumer_lag_seconds > 9", "by": ["topic"],
           "runbook": "a"}}}
      """;

  /** Another value for each key: where it stands in the contract above, and as JSON. */
  static final Map<String, String[]> EXAMPLES = new TreeMap<>();

  private static void example(String key, String pointer, String value) {
    EXAMPLES.put(key, new String[] {pointer, value});
  }

  static {
    example("contract", "/contract", "'c2'");
    example("version", "/version", "2");
    example("description", "/description", "'other'");
    example("format", "/format", "'json'");
    example("compression", "/compression", "'gzip'");
    example("records.topics", "/records/topics", "['b']");
    example("records.when", "/records/when", "'key == null'");
    example("limits.max_bytes", "/limits/max_bytes", "2000");
    example("limits.max_depth", "/limits/max_depth", "20");
    example("limits.max_events", "/limits/max_events", "6");
    example("limits.max_record_bytes", "/limits/max_record_bytes", "6000");
    example("events.path", "/events/path", "'others'");
    example("fields.*.path", "/fields/n/path", "'a.b'");
    example("fields.*.type", "/fields/other/type", "'text'");
    example("fields.*.required", "/fields/seen/required", "true");
    example("fields.*.default", "/fields/other/default", "'x'");
    example("fields.*.format", "/fields/seen/format", "'epoch_ms'");
    example("fields.*.precision", "/fields/money/precision", "12");
    example("fields.*.scale", "/fields/money/scale", "1");
    example("fields.*.items", "/fields/tags/items/type", "'int64'");
    example("fields.*.values", "/fields/state/values/up", "2");
    example("fields.*.low_cardinality", "/fields/other/low_cardinality", "true");
    example("fields.*.store_as", "/fields/more/store_as", "'json'");
    example("fields.*.lenient", "/fields/seen/lenient", "true");
    example("fields.*.on_invalid", "/fields/seen/on_invalid", "'null'");
    example("fields.*.fields", "/fields/list/items/fields/a/type", "'int64'");
    example("identity", "/identity", "['at', 'id']");
    example("event_time.field", "/event_time/field", "'at2'");
    example("event_time.out_of_orderness", "/event_time/out_of_orderness", "'9s'");
    example("event_time.allowed_lateness", "/event_time/allowed_lateness", "'61m'");
    example("event_time.bucket", "/event_time/bucket", "'30s'");
    example("event_time.max_ahead", "/event_time/max_ahead", "'2d'");
    example("event_time.not_before", "/event_time/not_before", "'2021-01-01T00:00:00Z'");
    example("error.field", "/error/field", "'seen'");
    example("error.is", "/error", "{'field': 'kind', 'in': ['a']}");
    example("error.in", "/error", "{'field': 'kind', 'in': ['b']}");
    example("error.when", "/error", "'n != null'");
    example("filter.*.when", "/filter/small/when", "'n != null'");
    example("filter.*.keep", "/filter/small/keep", "0.2");
    example("filter.*.on_error", "/filter/small/on_error", "'dead'");
    example("tables.by", "/tables/by", "'other'");
    example("tables.routes.*.values", "/tables/routes/z/values", "['d']");
    example("tables.routes.*.when", "/tables/routes/y/when", "'note == null'");
    example("tables.routes.*.name", "/tables/routes/x/name", "'renamed'");
    example("tables.routes.*.columns", "/tables/routes/x/columns", "['id', 'n', 'at', 'extra']");
    example("tables.routes.*.order_by", "/tables/routes/x/order_by", "['id']");
    example("tables.routes.*.ttl", "/tables/routes/x/ttl", "'99d'");
    example("lookups.*.from", "/lookups/users/from", "'https://host/other.csv'");
    example("lookups.*.kind", "/lookups/users/kind", "'tsv'");
    example("lookups.*.key", "/lookups/users/key", "'other'");
    example("lookups.*.key_column", "/lookups/users/key_column", "'other'");
    example("lookups.*.refresh", "/lookups/users/refresh", "'2m'");
    example("lookups.*.on_missing", "/lookups/users/on_missing", "'dead'");
    example("lookups.*.max_megabytes", "/lookups/users/max_megabytes", "6");
    example("lookups.*.user", "/lookups/users/user", "'other'");
    example("lookups.*.password", "/lookups/users/password", "'env:Q'");
    example("lookups.*.token", "/lookups/more/token", "'env:U'");
    example("lookups.*.ca", "/lookups/more/ca", "'ca.pem'");
    example("lookups.*.columns.*.column", "/lookups/users/columns/country/column", "'d'");
    example("lookups.*.columns.*.type", "/lookups/users/columns/country/type", "'text'");
    example("lookups.*.columns.*.precision", "/lookups/users/columns/worth/precision", "12");
    example("lookups.*.columns.*.scale", "/lookups/users/columns/worth/scale", "1");
    example(
        "lookups.*.columns.*.low_cardinality",
        "/lookups/users/columns/country/low_cardinality",
        "true");
    example("derive.*.value", "/derive/label/value", "'kind'");
    example("derive.*.type", "/derive/label/type", "'text'");
    example("derive.*.precision", "/derive/cents/precision", "12");
    example("derive.*.scale", "/derive/cents/scale", "1");
    example("derive.*.low_cardinality", "/derive/label/low_cardinality", "true");
    example("derive.*.on_error", "/derive/label/on_error", "'dead'");
    example("redact", "/redact", "[{'path': 'a.b', 'do': 'mask'}]");
    example("dead_letters.bytes", "/dead_letters", "{'bytes': 'drop'}");
    example("dead_letters.key", "/dead_letters/key", "'env:B'");
    example("unknown_fields.column", "/unknown_fields/column", "'n2'");
    example("unknown_fields.as", "/unknown_fields/as", "'map'");
    for (String table : List.of("normal", "error", "late", "dead_letters", "audit", "alerts")) {
      example("tables." + table + ".name", "/tables/" + table + "/name", "'renamed'");
      example("tables." + table + ".ttl", "/tables/" + table + "/ttl", "'99d'");
      example(
          "tables." + table + ".columns",
          "/tables/" + table + "/columns",
          "['id', 'at', 'kind', 'extra']");
      example("tables." + table + ".order_by", "/tables/" + table + "/order_by", "['id']");
    }
    example("rollups.*.window.fixed", "/rollups/r/window/fixed", "'10m'");
    example("rollups.*.window.sliding", "/rollups/sliding/window/sliding", "'20m'");
    example("rollups.*.window.every", "/rollups/sliding/window/every", "'2m'");
    example("rollups.*.window.session", "/rollups/session/window/session", "'20m'");
    example("rollups.*.early", "/rollups/r/early", "'7s'");
    example("rollups.*.ttl", "/rollups/r/ttl", "'99d'");
    example("rollups.*.group_by", "/rollups/r/group_by", "['other']");
    example("rollups.*.where.field", "/rollups/r/where/field", "'seen'");
    example("rollups.*.where.is", "/rollups/r/where/is", "'present'");
    example("rollups.*.where.in", "/rollups/r/where", "{'field': 'kind', 'in': ['a']}");
    example("rollups.*.where.when", "/rollups/r/where", "'n != null'");
    example("rollups.*.measures.*.type", "/rollups/r/measures/s/type", "'mean'");
    example("rollups.*.measures.*.field", "/rollups/r/measures/s/field", "'money'");
    example("rollups.*.measures.*.is", "/rollups/r/measures/i/is", "'absent'");
    example("rollups.*.measures.*.in", "/rollups/r/measures/j/in", "['b']");
    example("rollups.*.measures.*.when", "/rollups/r/measures/k/when", "'n != null'");
    example("rollups.*.measures.*.at", "/rollups/r/measures/q/at", "[0.9]");
  }

  static {
    example("alerts.*.on", "/alerts/gone/on", "'r'");
    example("alerts.*.when", "/alerts/high/when", "'c > 2'");
    example("alerts.*.for", "/alerts/high/for", "'20m'");
    example("alerts.*.clear", "/alerts/high/clear", "'c < 2'");
    example("alerts.*.early", "/alerts/soon/early", "false");
    example("alerts.*.absent_for", "/alerts/gone/absent_for", "'20m'");
    example("alerts.*.forget_after", "/alerts/gone/forget_after", "'2d'");
    example("alerts.*.labels", "/alerts/high/labels", "{'severity': 'mail'}");
    example("alerts.*.summary", "/alerts/high/summary", "'{c}'");
    example("alerts.*.by", "/alerts/lag/by", "['partition']");
    example("alerts.*.runbook", "/alerts/lag/runbook", "'b'");
  }

  private UpgradeExamples() {}
}
