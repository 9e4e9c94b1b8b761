package io.millrace.kafka.client;

import io.millrace.security.SecretReference;
import java.io.Serializable;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Settings of all Kafka clients of one cluster, besides its address: security, network, buffers.
 * Every client gets them from here.
 *
 * <p>Secrets are references, which {@link #resolved} and {@link #resolve} read each time a client
 * is created, on the machine of the client. So a secret that rotates needs no new job. Contains no
 * class of Kafka, because reading flags must not load any.
 *
 * @param values non-secret values and references, by property
 * @param file the whole properties file as a secret; null if there is none
 */
public record ClientProperties(Map<String, String> values, @Nullable SecretReference file)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The clients' own defaults: no TLS, no login. */
  public static final ClientProperties NONE = new ClientProperties(Map.of(), null);

  /** Entry of an unresolved configuration with the reference to the whole file. */
  private static final String FILE = "millrace.kafkaConfig";

  static final String PROTOCOL = "security.protocol";
  static final String MECHANISM = "sasl.mechanism";
  static final String JAAS = "sasl.jaas.config";

  /** Kinds of Kafka's clients. They know different properties. */
  public enum Client {
    CONSUMER,
    PRODUCER,
    ADMIN
  }

  public ClientProperties {
    values = Collections.unmodifiableMap(new TreeMap<>(values));
  }

  /** The settings in a file that is a secret as a whole. */
  public static ClientProperties ofSecret(SecretReference file) {
    return new ClientProperties(Map.of(), file);
  }

  public boolean isEmpty() {
    return values.isEmpty() && file == null;
  }

  /**
   * The consumer's settings without secrets, for a job graph. The worker passes its configuration
   * to {@link #resolve}.
   */
  public Map<String, Object> unresolved() {
    if (file != null) {
      return Map.of(FILE, file.reference());
    }
    return values.isEmpty() ? Map.of() : KnownProperties.of(Client.CONSUMER, values);
  }

  /**
   * The settings of a client, with secrets. Do not keep them longer than the client.
   *
   * @throws IllegalArgumentException in one line without secrets, if a secret cannot be read or the
   *     secret file has an invalid property
   */
  public Map<String, Object> resolved(Client client) {
    if (isEmpty()) {
      return Map.of();
    }
    return resolve(
        KnownProperties.of(client, file == null ? values : PropertiesFile.ofSecret(file)));
  }

  /**
   * Replaces the references in the configuration of a consumer by secrets. Returns a configuration
   * without references as it is.
   *
   * @throws IllegalArgumentException as {@link #resolved}
   */
  public static Map<String, Object> resolve(Map<String, Object> configuration) {
    Map<String, Object> resolved = null;
    Object whole = configuration.get(FILE);
    if (whole != null) {
      resolved = new HashMap<>(configuration);
      resolved.remove(FILE);
      resolved.putAll(ofSecret(SecretReference.parse(whole.toString())).resolved(Client.CONSUMER));
      return resolved;
    }
    for (Map.Entry<String, Object> entry : configuration.entrySet()) {
      if (entry.getValue() instanceof String text && SecretPlaceholders.areIn(text)) {
        resolved = resolved == null ? new HashMap<>(configuration) : resolved;
        resolved.put(entry.getKey(), resolve(entry.getKey(), text));
      }
    }
    return resolved == null ? configuration : resolved;
  }

  private static String resolve(String name, String text) {
    try {
      // A value that is one placeholder is no text between quotes.
      boolean quoted = name.equals(JAAS) && !SecretPlaceholders.isOne(text);
      return SecretPlaceholders.resolve(text, quoted ? JaasText::escape : secret -> secret);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(name + ": " + e.getMessage(), e);
    }
  }

  /** The canonical text of the settings, without secrets; empty for {@link #NONE}. */
  @Override
  public String toString() {
    if (file != null) {
      return file.reference();
    }
    StringBuilder text = new StringBuilder();
    values.forEach(
        (name, value) -> text.append(text.isEmpty() ? "" : " ").append(name + "=" + value));
    return text.toString();
  }
}
