package io.millrace.dataflow;

import com.google.common.collect.ImmutableList;
import io.millrace.connectors.Connectors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** A source and a sink, as flags. No server need answer. */
public enum Pair {
  KAFKA_CLICKHOUSE(Flags.KAFKA, Flags.CLICKHOUSE),
  KAFKA_BIGQUERY(Flags.KAFKA, Flags.BIGQUERY),
  PUBSUB_CLICKHOUSE(Flags.PUBSUB, Flags.CLICKHOUSE),
  PUBSUB_BIGQUERY(Flags.PUBSUB, Flags.BIGQUERY);

  /** Parts of pairs. */
  static final class Flags {
    static final String SECRET =
        "gcp-secret:projects/my-project/secrets/clickhouse-password/versions/7";
    static final String USER =
        "--clickHouseUser=gcp-secret:projects/my-project/secrets/clickhouse-user/versions/latest";

    private static final List<String> KAFKA =
        List.of("--input=kafka://127.0.0.1:1/query-events", "--kafkaPartitions=3");
    private static final List<String> PUBSUB =
        List.of(
            "--input=pubsub://my-project/query-events",
            "--pubsubIdAttribute=event_id",
            "--pubsubTimestampAttribute=sent_at");
    private static final List<String> CLICKHOUSE =
        List.of(
            "--output=clickhouse://127.0.0.1:1/telemetry", USER, "--clickHousePassword=" + SECRET);
    private static final List<String> BIGQUERY =
        List.of("--output=bigquery://my-project/telemetry");

    private Flags() {}
  }

  private final ImmutableList<String> source;
  private final ImmutableList<String> sink;

  Pair(List<String> source, List<String> sink) {
    this.source = ImmutableList.copyOf(source);
    this.sink = ImmutableList.copyOf(sink);
  }

  /** Those whose source and sink there are. */
  static List<Pair> all() {
    return Arrays.stream(values()).filter(Pair::isThere).toList();
  }

  private boolean isThere() {
    try {
      Connectors.ALL.input(value(source));
      Connectors.ALL.outputs(value(sink));
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static String value(List<String> flags) {
    String first = flags.get(0);
    return first.substring(first.indexOf('=') + 1);
  }

  /** The flags of a launch. */
  public List<String> flags() {
    List<String> flags = new ArrayList<>(source);
    flags.addAll(sink);
    flags.add("--contract=" + Checkout.file("test-data/contracts/query-events.yaml"));
    return flags;
  }

  /** As part of a file's name. */
  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  boolean readsPubsub() {
    return name().startsWith("PUBSUB");
  }

  boolean writesBigQuery() {
    return name().endsWith("BIGQUERY");
  }
}
