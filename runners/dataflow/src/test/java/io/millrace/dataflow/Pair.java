package io.millrace.dataflow;

import java.util.List;

/** A source and a sink, as flags. No server need answer. */
enum Pair {
  KAFKA_CLICKHOUSE(
      List.of("--input=kafka://127.0.0.1:1/query-events", "--kafkaPartitions=3"),
      List.of("--output=clickhouse://127.0.0.1:1/telemetry", Pair.USER, Pair.PASSWORD));

  static final String SECRET_NAME = "gcp-secret:projects/my-project/secrets/password/versions/7";
  static final String USER =
      "--clickHouseUser=gcp-secret:projects/my-project/secrets/user/versions/latest";
  static final String PASSWORD = "--clickHousePassword=" + SECRET_NAME;
  static final String CONTRACT =
      "--contract=" + Checkout.file("test-data/contracts/query-events.yaml");

  private final List<String> source;
  private final List<String> sink;

  Pair(List<String> source, List<String> sink) {
    this.source = source;
    this.sink = sink;
  }

  /** The flags of a launch. */
  List<String> flags() {
    List<String> flags = new java.util.ArrayList<>(source);
    flags.addAll(sink);
    flags.add(CONTRACT);
    return flags;
  }

  /** As part of a file's name. */
  String label() {
    return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
  }

  boolean readsPubsub() {
    return name().startsWith("PUBSUB");
  }

  boolean writesBigQuery() {
    return name().endsWith("BIGQUERY");
  }
}
