package io.millrace.source;

import io.millrace.contract.Contract;
import io.millrace.event.Clock;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.common.IsolationLevel;

/**
 * Where topics are: {@code kafka://host:port[,host:port...]/topic[,topic...]}.
 *
 * @param bootstrapServers {@code host:port}, separated by commas
 * @param topics at least one
 * @param readsUncommitted whether records of aborted and open transactions are read, too
 */
public record KafkaAddress(String bootstrapServers, List<String> topics, boolean readsUncommitted)
    implements SourceAddress {
  /** How a Kafka address begins. */
  public static final String SCHEME = "kafka://";

  /**
   * Reads an address; of transactions only what was committed counts.
   *
   * @throws IllegalArgumentException in one line, if the text is none
   */
  public static KafkaAddress parse(String text) {
    String rest = text.startsWith(SCHEME) ? text.substring(SCHEME.length()) : "";
    if (rest.indexOf('@') >= 0) {
      throw new IllegalArgumentException(
          "user and password do not belong into a URL; expected kafka://host:port/topic");
    }
    int slash = rest.indexOf('/');
    if (slash <= 0 || slash == rest.length() - 1) {
      throw mistake(text, "expected kafka://host:port/topic");
    }
    String servers = rest.substring(0, slash);
    for (String server : servers.split(",", -1)) {
      int colon = server.lastIndexOf(':');
      if (colon <= 0 || !isPort(server.substring(colon + 1))) {
        throw mistake(text, "`" + server + "` is not host:port");
      }
    }
    List<String> topics = Arrays.asList(rest.substring(slash + 1).split(",", -1));
    for (String topic : topics) {
      if (!isTopic(topic)) {
        throw mistake(
            text, "`" + topic + "` is not a topic's name (letters, digits, dot, _ and -)");
      }
    }
    return new KafkaAddress(servers, List.copyOf(topics), false);
  }

  /**
   * The same topics, read at another level.
   *
   * @param level by the name that Kafka's consumers give it
   * @throws IllegalArgumentException in one line, if there is no such level
   */
  public KafkaAddress withIsolation(String level) {
    return new KafkaAddress(
        bootstrapServers,
        topics,
        switch (level) {
          case "read_committed" -> false;
          case "read_uncommitted" -> true;
          default ->
              throw new IllegalArgumentException(
                  "expected read_committed or read_uncommitted, found `" + level + "`");
        });
  }

  /** The same for Kafka's clients, of which reading flags loads nothing. */
  public IsolationLevel isolation() {
    return readsUncommitted ? IsolationLevel.READ_UNCOMMITTED : IsolationLevel.READ_COMMITTED;
  }

  private static IllegalArgumentException mistake(String text, String what) {
    return new IllegalArgumentException("`" + text + "`: " + what);
  }

  static boolean isPort(String text) {
    if (text.isEmpty() || text.length() > 5 || !text.chars().allMatch(Character::isDigit)) {
      return false;
    }
    int port = Integer.parseInt(text);
    return port > 0 && port < 65_536;
  }

  private static boolean isTopic(String topic) {
    return !topic.isEmpty()
        && topic.length() <= 249
        && topic
            .chars()
            .allMatch(
                c -> c < 128 && (Character.isLetterOrDigit(c) || c == '.' || c == '_' || c == '-'));
  }

  @Override
  public Source open(Contract contract, Clock clock, ReadTuning tuning) {
    return KafkaSource.of(this, contract, tuning);
  }

  @Override
  public String toString() {
    return SCHEME + bootstrapServers + "/" + String.join(",", topics);
  }
}
