package io.millrace.kafka;

import io.millrace.contract.Contract;
import io.millrace.event.Clock;
import io.millrace.event.SourceRecord;
import io.millrace.io.ReadTuning;
import io.millrace.io.SampleLimits;
import io.millrace.io.Source;
import io.millrace.io.SourceAddress;
import io.millrace.io.flags.Urls;
import io.millrace.kafka.client.ClientProperties;
import io.millrace.kafka.read.TopicFilter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.IsolationLevel;

/**
 * Address of Kafka topics: {@code kafka://host:port[,host:port...]/topic[,topic...]}. A topic may
 * be a pattern, see {@link TopicFilter}.
 *
 * @param bootstrapServers comma-separated list of {@code host:port}
 * @param filter the topics
 * @param uncommitted whether to read records of aborted and open transactions
 * @param partitions number of partitions of each topic; 0: ask Kafka
 * @param choice how to read
 * @param client settings of all clients of this cluster
 */
public record KafkaAddress(
    String bootstrapServers,
    TopicFilter filter,
    boolean uncommitted,
    int partitions,
    ReadChoice choice,
    ClientProperties client)
    implements SourceAddress {
  static final String SCHEME = "kafka://";
  private static final String READER = "--kafkaReader";

  /** Parses a URL as {@link KafkaConnector#parseInput} does; only committed records are read. */
  public static KafkaAddress parse(String text) {
    String rest = text.startsWith(SCHEME) ? text.substring(SCHEME.length()) : "";
    if (rest.indexOf('@') >= 0) {
      throw new IllegalArgumentException(
          "user and password must not appear in the URL; expected kafka://host:port/topic");
    }
    int slash = rest.indexOf('/');
    if (slash <= 0 || slash == rest.length() - 1) {
      throw invalid(text, "expected kafka://host:port/topic");
    }
    String servers = rest.substring(0, slash);
    for (String server : servers.split(",", -1)) {
      int colon = server.lastIndexOf(':');
      if (colon <= 0 || !Urls.isPort(server.substring(colon + 1))) {
        throw invalid(text, "`" + server + "` is not host:port");
      }
    }
    try {
      TopicFilter topics = TopicFilter.parse(rest.substring(slash + 1));
      return new KafkaAddress(servers, topics, false, 0, ReadChoice.DEFAULT, ClientProperties.NONE);
    } catch (IllegalArgumentException e) {
      throw invalid(text, String.valueOf(e.getMessage()));
    }
  }

  /** The topics given by name, and the patterns. */
  public List<String> topics() {
    return filter.expressions();
  }

  @Override
  public List<String> topicNames() {
    return filter.names();
  }

  KafkaAddress with(ReadChoice other) {
    return new KafkaAddress(bootstrapServers, filter, uncommitted, partitions, other, client);
  }

  @Override
  public SourceAddress withoutDeadLetters(Collection<String> addresses) {
    List<String> excluded = new ArrayList<>();
    for (String address : addresses) {
      if (address.startsWith(SCHEME)) {
        excluded.addAll(parse(address).topics());
      }
    }
    return new KafkaAddress(
        bootstrapServers, filter.excluding(excluded), uncommitted, partitions, choice, client);
  }

  KafkaAddress withPartitions(int known) {
    return new KafkaAddress(bootstrapServers, filter, uncommitted, known, choice, client);
  }

  /** The same topics with settings of the clients. */
  public KafkaAddress withClient(ClientProperties settings) {
    return new KafkaAddress(bootstrapServers, filter, uncommitted, partitions, choice, settings);
  }

  /** Whether an address has a broker of this one. */
  boolean sharesBrokers(KafkaAddress other) {
    return Arrays.stream(other.bootstrapServers.split(",", -1))
        .anyMatch(Arrays.asList(bootstrapServers.split(",", -1))::contains);
  }

  /**
   * The same topics with another isolation level.
   *
   * @param level {@code read_committed} or {@code read_uncommitted}
   * @throws IllegalArgumentException in one line, if the level is unknown
   */
  public KafkaAddress withIsolation(String level) {
    return switch (level) {
      case "read_committed", "read_uncommitted" ->
          new KafkaAddress(
              bootstrapServers,
              filter,
              level.equals("read_uncommitted"),
              partitions,
              choice,
              client);
      default ->
          throw new IllegalArgumentException(
              "expected read_committed or read_uncommitted, found `" + level + "`");
    };
  }

  /** The isolation level of reading. No field, so that an address needs no class of Kafka. */
  public IsolationLevel isolation() {
    return uncommitted ? IsolationLevel.READ_UNCOMMITTED : IsolationLevel.READ_COMMITTED;
  }

  private static IllegalArgumentException invalid(String text, String what) {
    return new IllegalArgumentException("`" + text + "`: " + what);
  }

  @Override
  public Source open(Contract contract, Clock clock, ReadTuning tuning) {
    return new KafkaSource(this, contract, tuning.withPartitions(partitions));
  }

  @Override
  public List<SourceRecord> sample(SampleLimits limits) {
    return new KafkaSample(this, limits).read();
  }

  @Override
  public Map<String, String> savedSettings() {
    return choice.own()
        ? Map.of(READER, ReadChoice.OWN)
        : Map.of(
            READER,
            ReadChoice.KAFKA_IO,
            "--kafkaIsolationLevel",
            isolation().toString(),
            "--kafkaConfig",
            client.isEmpty() ? "none" : client.toString());
  }

  @Override
  public boolean mayMove() {
    return choice.own();
  }

  @Override
  public String toString() {
    return SCHEME + bootstrapServers + "/" + filter;
  }
}
