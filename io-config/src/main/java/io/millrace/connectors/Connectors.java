package io.millrace.connectors;

import io.millrace.alerting.AlertConnector;
import io.millrace.archive.ArchiveConnector;
import io.millrace.bigquery.BigQueryConnector;
import io.millrace.clickhouse.ClickHouseConnector;
import io.millrace.deadletter.DeadLetterConnector;
import io.millrace.file.FileConnector;
import io.millrace.io.Connector;
import io.millrace.io.OutputConfig;
import io.millrace.io.SinkAddress;
import io.millrace.io.SinkConnector;
import io.millrace.io.SourceAddress;
import io.millrace.io.SourceConnector;
import io.millrace.io.flags.FlagReader;
import io.millrace.io.flags.Urls;
import io.millrace.kafka.KafkaConnector;
import io.millrace.pubsub.PubsubConnector;
import io.millrace.webhook.WebhookConnector;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.apache.beam.sdk.options.PipelineOptions;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The list of systems that Millrace reads from and writes to. To add a system, add its package and
 * one entry in {@link #ALL}. Immutable.
 */
public record Connectors(List<Connector> connectors) {
  /** All systems, in the order in which messages name them. */
  public static final Connectors ALL =
      new Connectors(
          List.of(
              new KafkaConnector(),
              new PubsubConnector(),
              new FileConnector(),
              new ClickHouseConnector(),
              new BigQueryConnector(),
              new ArchiveConnector(),
              new WebhookConnector()));

  public Connectors {
    connectors = List.copyOf(connectors);
  }

  public Connectors with(Connector connector) {
    List<Connector> more = new ArrayList<>(connectors);
    more.add(connector);
    return new Connectors(more);
  }

  private <T extends Connector> List<T> having(Class<T> role) {
    return connectors.stream().filter(role::isInstance).map(role::cast).toList();
  }

  public List<DeadLetterConnector> forDeadLetters() {
    return having(DeadLetterConnector.class);
  }

  public List<AlertConnector> forAlerts() {
    return having(AlertConnector.class);
  }

  public List<Class<? extends PipelineOptions>> flags() {
    List<Class<? extends PipelineOptions>> flags = new ArrayList<>();
    connectors.forEach(connector -> flags.add(connector.flags()));
    return flags;
  }

  /**
   * Parses the URL of an input.
   *
   * @throws IllegalArgumentException in one line, if it is invalid; the message quotes only the
   *     scheme of an unknown URL, because the rest may contain a password
   */
  public SourceAddress input(String url) {
    return parse(
        url, SourceConnector.class, SourceConnector::parseInput, SourceConnector::inputForm);
  }

  private <T extends Connector, A> A parse(
      String url, Class<T> role, BiFunction<T, String, A> parser, Function<T, String> form) {
    List<T> candidates = having(role);
    for (T connector : candidates) {
      if (url.startsWith(connector.scheme())) {
        return parser.apply(connector, url);
      }
    }
    throw Urls.unknown(url, candidates.stream().map(form).toList());
  }

  /** Applies the flags of all systems to an input, see {@link SourceConnector#configure}. */
  public @Nullable SourceAddress configure(@Nullable SourceAddress input, FlagReader flags) {
    SourceAddress configured = input;
    for (SourceConnector source : having(SourceConnector.class)) {
      configured = source.configure(configured, flags);
    }
    return configured;
  }

  /**
   * Parses a comma-separated list of output URLs.
   *
   * @throws IllegalArgumentException in one line with every problem, if a URL is invalid or given
   *     twice; the message quotes nothing that may contain a password
   */
  public List<SinkAddress> outputs(String urls) {
    // Checked before splitting, because a password may contain a comma.
    if (urls.indexOf('@') >= 0 || urls.toLowerCase(Locale.ROOT).contains("password=")) {
      throw new IllegalArgumentException(
          "user and password must not appear in the URL: use --clickHouseUser=NAME and"
              + " --clickHousePassword=env:NAME");
    }
    List<SinkAddress> addresses = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    for (String url : urls.split(",", -1)) {
      try {
        SinkAddress address =
            parse(url, SinkConnector.class, SinkConnector::parseOutput, SinkConnector::outputForm);
        if (addresses.contains(address)) {
          problems.add("`" + address + "` is given twice");
        }
        addresses.add(address);
      } catch (IllegalArgumentException e) {
        problems.add(e.getMessage());
      }
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", problems));
    }
    return addresses;
  }

  /**
   * Validates the flags of all sinks.
   *
   * @param outputs the addresses of the outputs
   * @return creates the configuration of an output; called only if there are no problems
   */
  public Function<SinkAddress, OutputConfig> configure(
      List<SinkAddress> outputs, FlagReader flags) {
    Map<SinkConnector, Function<SinkAddress, OutputConfig>> configurations = new HashMap<>();
    for (SinkConnector sink : having(SinkConnector.class)) {
      configurations.put(sink, sink.configure(outputs, flags));
    }
    return address ->
        configurations.entrySet().stream()
            .filter(entry -> address.toString().startsWith(entry.getKey().scheme()))
            .map(entry -> entry.getValue().apply(address))
            .findFirst()
            .orElseThrow();
  }
}
