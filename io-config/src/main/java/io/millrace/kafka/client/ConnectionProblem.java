package io.millrace.kafka.client;

import io.millrace.security.TlsFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import javax.security.auth.login.LoginException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.IllegalSaslStateException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.UnsupportedSaslMechanismException;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Explains in one line why a Kafka client cannot connect, with the remedy. Kafka's client reports
 * some causes as exceptions; for others it waits until its timeout, and {@link KafkaProbe} finds
 * the cause. Contains no value of a property.
 */
public final class ConnectionProblem {
  private final Endpoint endpoint;
  private final String servers;
  private final ClientProperties client;

  private ConnectionProblem(Endpoint endpoint, String servers, ClientProperties client) {
    this.endpoint = endpoint;
    this.servers = servers;
    this.client = client;
  }

  /**
   * Explains a failure. Connects to the servers if the failure does not say enough.
   *
   * @param failure the client's exception; its causes are searched
   */
  public static String explain(
      Endpoint endpoint, String servers, ClientProperties client, Throwable failure) {
    return new ConnectionProblem(endpoint, servers, client).explain(failure);
  }

  private String explain(Throwable failure) {
    List<Throwable> causes = causes(failure);
    String found = known(causes);
    if (found == null) {
      found = KafkaProbe.explain(servers, endpoint, protocol());
    }
    if (found != null) {
      return "cannot connect to Kafka at " + servers + ": " + found;
    }
    if (protocol().equals("SSL")) {
      return ("Kafka at %s accepts TLS but does not answer: the listener probably requires a login"
              + " (SASL). Set security.protocol=SASL_SSL and sasl.* in %s, or correct %s")
          .formatted(servers, endpoint.config(), endpoint.url());
    }
    Throwable last = causes.get(causes.size() - 1);
    boolean silent =
        causes.stream()
            .anyMatch(
                cause ->
                    cause instanceof TimeoutException
                        || cause instanceof org.apache.kafka.common.errors.TimeoutException);
    return ("Kafka at %s does not answer the request for its topics%s: check that this"
            + " machine can connect to the broker's advertised.listeners, or correct %s")
        .formatted(servers, silent ? " in time" : " (" + last.getMessage() + ")", endpoint.url());
  }

  private static List<Throwable> causes(Throwable failure) {
    List<Throwable> causes = new ArrayList<>();
    for (Throwable t = failure; t != null && !causes.contains(t); t = t.getCause()) {
      causes.add(t);
    }
    return causes;
  }

  /** The cause that the client's exceptions name; null if they name none. */
  private @Nullable String known(List<Throwable> causes) {
    boolean construction = false;
    for (Throwable cause : causes) {
      if (cause instanceof UnsupportedSaslMechanismException) {
        return mechanism(String.valueOf(cause.getMessage()));
      }
      if (cause instanceof IllegalSaslStateException) {
        return ("the listener has no login (SASL): set security.protocol=%s in %s, or use the port"
                + " of a SASL listener in %s")
            .formatted(
                protocol().endsWith("SSL") ? "SSL" : "PLAINTEXT",
                endpoint.config(),
                endpoint.url());
      }
      if (cause instanceof SslAuthenticationException) {
        return tls(cause);
      }
      if (cause instanceof LoginException) {
        return login(causes);
      }
      if (cause instanceof AuthenticationException) {
        return ("the broker rejected the login (sasl.mechanism %s): check user and password, or"
                + " the token, in sasl.jaas.config of %s")
            .formatted(mechanism(), endpoint.config());
      }
      if (cause instanceof ConfigException || cause instanceof IllegalArgumentException) {
        return configuration(cause);
      }
      construction |= String.valueOf(cause.getMessage()).startsWith("Failed to ");
    }
    return construction ? stores(causes) : null;
  }

  private String mechanism(String message) {
    int list = message.indexOf('[');
    String enabled = list < 0 ? "unknown" : message.substring(list + 1).replace("]", "").strip();
    return "sasl.mechanism %s is not enabled at the listener (enabled: %s): correct it in %s"
        .formatted(mechanism(), enabled, endpoint.config());
  }

  private String tls(Throwable cause) {
    return switch (TlsFailure.of(cause)) {
      case UNTRUSTED ->
          ("the broker's certificate is not trusted, because its issuer is not in %s: set"
                  + " ssl.truststore.location or ssl.truststore.certificates in %s to the CA"
                  + " certificate of the cluster")
              .formatted(
                  isSet("ssl.truststore.location") || isSet("ssl.truststore.certificates")
                      ? "the trust store of " + endpoint.config()
                      : "the JDK's trust store",
                  endpoint.config());
      case HOST_NAME ->
          "the broker's certificate is for another host name: use a host name from the certificate"
              + " in "
              + endpoint.url()
              + " and in the broker's advertised.listeners";
      case EXPIRED -> "the broker's certificate has expired: renew it";
      case NOT_YET_VALID -> "the broker's certificate is not valid yet: check this machine's clock";
      case NOT_TLS -> withoutTls(endpoint);
      case REJECTED_BY_PEER ->
          ("the broker rejected the client's certificate, or requires one: set"
                  + " ssl.keystore.location, or ssl.keystore.certificate.chain and"
                  + " ssl.keystore.key, in %s to a certificate that the cluster trusts")
              .formatted(endpoint.config());
      case OTHER -> "TLS failed (" + firstLine(cause) + "): check ssl.* in " + endpoint.config();
    };
  }

  static String withoutTls(Endpoint endpoint) {
    return ("the listener does not use TLS: set security.protocol=SASL_PLAINTEXT (with login) or"
            + " PLAINTEXT in %s, or use the port of a TLS listener in %s")
        .formatted(endpoint.config(), endpoint.url());
  }

  private String login(List<Throwable> causes) {
    String status = "";
    for (Throwable cause : causes) {
      String message = String.valueOf(cause.getMessage());
      int code = message.indexOf("response code was ");
      if (code >= 0) {
        int begin = code + "response code was ".length();
        status = ", HTTP status " + message.substring(begin, Math.min(begin + 3, message.length()));
      }
    }
    Throwable last = causes.get(causes.size() - 1);
    // The texts of login modules are not shown, because they may quote an answer with a token.
    return ("the login module (sasl.mechanism %s) failed before it reached the broker (%s%s): check"
            + " sasl.jaas.config and sasl.oauthbearer.token.endpoint.url in %s")
        .formatted(mechanism(), last.getClass().getSimpleName(), status, endpoint.config());
  }

  private String configuration(Throwable cause) {
    String message = firstLine(cause);
    if (message.contains("could not be found")) {
      return ("a class in %s is missing on the class path; add the jar of the login module"
              + " (docs/kafka-login.md)")
          .formatted(endpoint.config());
    }
    return message.contains("JAAS configuration")
        ? "sasl.jaas.config is missing: set it in " + endpoint.config()
        : "%s: %s".formatted(endpoint.config(), message);
  }

  /** Kafka's messages name the file and its type only. */
  private String stores(List<Throwable> causes) {
    String what = "";
    boolean password = false;
    for (Throwable cause : causes) {
      String message = firstLine(cause);
      if (message.startsWith("Failed to load ")) {
        what = message.substring("Failed to load ".length());
      }
      password |= message.toLowerCase(Locale.ROOT).contains("password");
    }
    Throwable last = causes.get(causes.size() - 1);
    return what.isEmpty()
        ? "Kafka's client cannot start (%s): check %s"
            .formatted(last.getClass().getSimpleName(), endpoint.config())
        : "cannot load %s (%s): check ssl.* in %s"
            .formatted(
                what,
                password ? "wrong password" : last.getClass().getSimpleName(),
                endpoint.config());
  }

  private static String firstLine(Throwable cause) {
    return String.valueOf(cause.getMessage()).lines().findFirst().orElse("no reason given");
  }

  private boolean isSet(String name) {
    return settings().containsKey(name);
  }

  private String protocol() {
    return protocol(settings().get(ClientProperties.PROTOCOL));
  }

  private String mechanism() {
    return settings().getOrDefault(ClientProperties.MECHANISM, "GSSAPI");
  }

  /** The security protocol of a client's configuration. */
  public static String protocol(@Nullable Object configured) {
    return configured == null ? "PLAINTEXT" : configured.toString().toUpperCase(Locale.ROOT);
  }

  private Map<String, String> settings() {
    try {
      return client.file() == null ? client.values() : PropertiesFile.ofSecret(client.file());
    } catch (IllegalArgumentException e) {
      return Map.of();
    }
  }
}
