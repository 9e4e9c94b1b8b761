package io.millrace.kafka.client;

import io.millrace.kafka.client.ClientProperties.Client;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;

/** What Kafka's clients declare of their properties. */
final class KnownProperties {
  /** Properties for Confluent's schema registry, in the files that Confluent Cloud hands out. */
  private static final Set<String> OF_REGISTRIES =
      Set.of(
          "schema.registry.url",
          "basic.auth.credentials.source",
          "basic.auth.user.info",
          "bearer.auth.credentials.source",
          "bearer.auth.token");

  /** Declared as passwords so that logs hide them, but public. */
  private static final Set<String> CERTIFICATES =
      Set.of("ssl.truststore.certificates", "ssl.keystore.certificate.chain");

  private static final Map<String, ConfigDef.ConfigKey> DECLARED = declared();

  private KnownProperties() {}

  private static Map<String, ConfigDef.ConfigKey> declared() {
    Map<String, ConfigDef.ConfigKey> all = new HashMap<>(ConsumerConfig.configDef().configKeys());
    all.putAll(ProducerConfig.configDef().configKeys());
    all.putAll(AdminClientConfig.configDef().configKeys());
    return all;
  }

  static boolean isKnown(String name) {
    return DECLARED.containsKey(name);
  }

  /** Whether the property belongs to a client that Millrace does not use. */
  static boolean isUnused(String name) {
    return OF_REGISTRIES.contains(name);
  }

  /** Whether a value of the property is a secret as a whole. */
  static boolean isSecret(String name) {
    ConfigDef.ConfigKey key = DECLARED.get(name);
    return key == null
        ? OF_REGISTRIES.contains(name) && (name.endsWith(".info") || name.endsWith(".token"))
        : key.type == ConfigDef.Type.PASSWORD
            && !CERTIFICATES.contains(name)
            && !name.equals(ClientProperties.JAAS);
  }

  /**
   * Checks a value that contains no placeholder.
   *
   * @throws IllegalArgumentException in one line that does not quote the value
   */
  static void validate(String name, String value) {
    ConfigDef.ConfigKey key = DECLARED.get(name);
    if (key.type == ConfigDef.Type.PASSWORD || key.type == ConfigDef.Type.CLASS) {
      return;
    }
    try {
      Object parsed = ConfigDef.parseType(name, value, key.type);
      if (key.validator != null) {
        key.validator.ensureValid(name, parsed);
      }
    } catch (ConfigException e) {
      throw new IllegalArgumentException(
          "invalid value; expected "
              + (key.validator == null ? "type " + key.type : key.validator.toString()),
          e);
    }
  }

  /** The properties that a kind of client knows, without those that Millrace owns. */
  static Map<String, Object> of(Client client, Map<String, String> properties) {
    Set<String> names =
        new HashSet<>(
            switch (client) {
              case CONSUMER -> ConsumerConfig.configNames();
              case PRODUCER -> ProducerConfig.configNames();
              case ADMIN -> AdminClientConfig.configNames();
            });
    Map<String, Object> known = new LinkedHashMap<>();
    properties.forEach(
        (name, value) -> {
          if (names.contains(name) && !OwnedProperties.isOwned(name)) {
            known.put(name, value);
          }
        });
    known.remove(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG);
    return known;
  }
}
