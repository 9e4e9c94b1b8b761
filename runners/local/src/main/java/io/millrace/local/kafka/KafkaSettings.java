package io.millrace.local.kafka;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Settings of a local broker beyond its plaintext listener.
 *
 * @param listeners further listeners
 * @param properties broker properties
 * @param started called after each start with the address of the plaintext listener
 */
public record KafkaSettings(
    List<Listener> listeners, Map<String, String> properties, Consumer<String> started) {
  public static final KafkaSettings NONE = new KafkaSettings(List.of(), Map.of(), address -> {});

  /**
   * A listener on 127.0.0.1.
   *
   * @param protocol Kafka's security protocol
   */
  public record Listener(String name, String protocol, int port) {}

  public KafkaSettings {
    listeners = List.copyOf(listeners);
    properties = new TreeMap<>(properties);
  }

  /** {@code ,NAME://127.0.0.1:PORT} for each further listener. */
  String addresses() {
    StringBuilder text = new StringBuilder();
    listeners.forEach(l -> text.append("," + l.name() + "://127.0.0.1:" + l.port()));
    return text.toString();
  }

  /** {@code ,NAME:PROTOCOL} for each further listener. */
  String protocols() {
    StringBuilder text = new StringBuilder();
    listeners.forEach(l -> text.append("," + l.name() + ":" + l.protocol()));
    return text.toString();
  }

  /** The properties as lines. */
  String lines() {
    StringBuilder text = new StringBuilder();
    properties.forEach((name, value) -> text.append(name + "=" + value + "\n"));
    return text.toString();
  }
}
