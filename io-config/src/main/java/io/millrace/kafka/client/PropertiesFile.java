package io.millrace.kafka.client;

import static io.millrace.kafka.client.ClientProperties.JAAS;
import static io.millrace.kafka.client.ClientProperties.MECHANISM;
import static io.millrace.kafka.client.ClientProperties.PROTOCOL;

import io.millrace.security.SecretReference;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;

/**
 * A properties file of Kafka's clients, as managed clusters hand it out. Collects every problem:
 * the property, what is wrong with it, and what to do. A problem quotes no value, because any value
 * may be a secret.
 */
final class PropertiesFile {
  static final String REFERENCES =
      "${env:NAME}, ${file:/path} or ${gcp-secret:projects/PROJECT/secrets/SECRET/versions/VERSION}";

  private static final String WHOLE =
      "; or keep the whole file as a secret and pass its reference in place of its path";

  private final boolean secret;
  private final Set<String> servers;
  private final Map<String, String> values = new TreeMap<>();
  private final List<String> problems = new ArrayList<>();

  private PropertiesFile(boolean secret, Set<String> servers) {
    this.secret = secret;
    this.servers = servers;
  }

  /**
   * Parses a text.
   *
   * @param secret whether the text itself is a secret, so that it may contain secrets
   * @param servers the brokers of the address, each as {@code host:port}; empty if unknown
   */
  static PropertiesFile parse(String text, boolean secret, Set<String> servers) {
    PropertiesFile file = new PropertiesFile(secret, servers);
    Properties properties = new Properties();
    try {
      properties.load(new StringReader(text));
    } catch (IOException | IllegalArgumentException e) {
      file.problems.add(
          "not a properties file: expected lines of the form name=value, without malformed \\u"
              + " escapes");
      return file;
    }
    properties.stringPropertyNames().stream()
        .sorted()
        .forEach(name -> file.read(name, properties.getProperty(name).strip()));
    if (properties.isEmpty()) {
      file.problems.add("contains no property: expected lines of the form name=value");
    }
    file.checkLogin();
    return file;
  }

  /**
   * Reads and checks a file that is a secret.
   *
   * @throws IllegalArgumentException in one line without secrets, if it is unreadable or invalid
   */
  static Map<String, String> ofSecret(SecretReference reference) {
    PropertiesFile file = parse(reference.resolve(), true, Set.of());
    if (!file.problems.isEmpty()) {
      throw new IllegalArgumentException(reference + ": " + String.join("; ", file.problems));
    }
    return file.values;
  }

  /** The problems; empty if there are none. */
  List<String> problems() {
    return problems;
  }

  /** The properties for the clients, with references in place of secrets. */
  Map<String, String> values() {
    return values;
  }

  /** The properties that refer to files or the environment of the machine. */
  List<String> onlyOnThisMachine() {
    return values.entrySet().stream()
        .filter(
            entry ->
                entry.getKey().endsWith(".location")
                    || SecretPlaceholders.in(entry.getValue()).stream()
                        .anyMatch(reference -> SecretReference.isLocal(reference.reference())))
        .map(Map.Entry::getKey)
        .toList();
  }

  private void read(String name, String value) {
    if (name.equals("bootstrap.servers")) {
      checkServers(value);
      return;
    }
    if (OwnedProperties.isOwned(name)) {
      OwnedProperties.refusal(name, value)
          .ifPresent(reason -> problem(name, "Millrace sets this property: " + reason));
      return;
    }
    if (!KnownProperties.isKnown(name) && !KnownProperties.isUnused(name)) {
      // A part of a value that spans lines may be a part of a secret.
      problem(
          isName(name) ? name : "a line (not shown)",
          "unknown to Kafka's client; correct or remove it. A value of several lines needs `\\`"
              + " at the end of each line");
      return;
    }
    String known = withPlaceholder(name, value);
    int before = problems.size();
    checkSecrets(name, known);
    if (problems.size() == before && !KnownProperties.isUnused(name)) {
      values.put(name, known);
    }
  }

  private static boolean isName(String name) {
    return name.length() < 80
        && name.indexOf('.') > 0
        && name.chars().allMatch(c -> (c >= 'a' && c <= 'z') || c == '.' || c == '_' || c == '-');
  }

  /** Writes a secret's plain reference as a placeholder. */
  private String withPlaceholder(String name, String value) {
    boolean reference = value.startsWith("env:") || value.startsWith("gcp-secret:");
    boolean whole = KnownProperties.isSecret(name) || name.equals(JAAS);
    return whole && (reference || value.startsWith("file:")) ? "${" + value + "}" : value;
  }

  private void checkSecrets(String name, String value) {
    try {
      if (SecretPlaceholders.in(value).isEmpty()) {
        if (value.startsWith("env:") || value.startsWith("gcp-secret:")) {
          problem(name, "write the reference as a placeholder: " + REFERENCES);
        } else if (KnownProperties.isKnown(name)) {
          KnownProperties.validate(name, value);
        }
      }
      if (name.equals(JAAS) && !SecretPlaceholders.isOne(value)) {
        checkLogin(JaasText.parse(value));
      } else if (!secret && KnownProperties.isSecret(name) && !SecretPlaceholders.isOne(value)) {
        problem(name, "contains a literal secret: write " + REFERENCES + WHOLE);
      }
    } catch (IllegalArgumentException e) {
      problem(name, String.valueOf(e.getMessage()));
    }
  }

  private void checkLogin(JaasText jaas) {
    if (!secret) {
      jaas.literalSecrets()
          .forEach(
              option ->
                  problem(
                      JAAS,
                      "option %s contains a literal secret: write %s=\"${env:NAME}\", or another of %s%s"
                          .formatted(option, option, REFERENCES, WHOLE)));
    }
  }

  private void checkServers(String value) {
    Set<String> here = Set.copyOf(Arrays.asList(value.replace(" ", "").split(",", 0)));
    if (!servers.isEmpty() && !servers.containsAll(here) && !here.containsAll(servers)) {
      problem(
          "bootstrap.servers",
          "other brokers than in the URL, which decides; correct one of them, or remove it here");
    }
  }

  /** Checks that settings of a login or of TLS are not without effect. */
  private void checkLogin() {
    String protocol = values.getOrDefault(PROTOCOL, "PLAINTEXT").toUpperCase(Locale.ROOT);
    if (SecretPlaceholders.areIn(protocol)) {
      return;
    }
    boolean sasl = protocol.startsWith("SASL_");
    boolean tls = protocol.endsWith("SSL");
    if (!sasl && (values.containsKey(JAAS) || values.containsKey(MECHANISM))) {
      problem(
          PROTOCOL,
          protocol
              + " does not log in, but there is a login: set security.protocol=SASL_SSL, or"
              + " SASL_PLAINTEXT for a listener without TLS");
    }
    boolean stores = values.keySet().stream().anyMatch(PropertiesFile::isStore);
    if (!tls && stores) {
      problem(
          PROTOCOL,
          protocol
              + " does not use TLS, but there are certificates: set security.protocol="
              + (sasl ? "SASL_SSL" : "SSL"));
    }
    String jaas = values.getOrDefault(JAAS, "");
    boolean ownModule =
        jaas.contains("plain.PlainLoginModule") || jaas.contains("scram.ScramLoginModule");
    if (sasl && ownModule && !values.containsKey(MECHANISM)) {
      problem(
          MECHANISM,
          "missing, and Kafka's default is GSSAPI: set PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512, as"
              + " the cluster's documentation says");
    }
  }

  private static boolean isStore(String name) {
    return name.startsWith("ssl.truststore.") || name.startsWith("ssl.keystore.");
  }

  private void problem(String name, String line) {
    problems.add(name + ": " + line);
  }
}
