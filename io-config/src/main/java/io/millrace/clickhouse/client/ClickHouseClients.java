package io.millrace.clickhouse.client;

import com.clickhouse.client.api.Client;
import com.clickhouse.client.api.ClientFaultCause;
import io.millrace.security.SecretReference;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.slf4j.LoggerFactory;

/** Opens the official client as Millrace uses it. No connection is made before the first use. */
public final class ClickHouseClients {
  /** Loggers of the HTTP client below the official one that print every header at DEBUG. */
  private static final List<String> HEADER_LOGGERS =
      List.of(
          "org.apache.hc.client5.http.headers",
          "org.apache.hc.client5.http.wire",
          // The same classes inside the driver that ClickHouseIO brings.
          "io.millrace.shaded.clickhouse.client.internal.apache.hc.client5.http.headers",
          "io.millrace.shaded.clickhouse.client.internal.apache.hc.client5.http.wire");

  private ClickHouseClients() {}

  /** A client, and the name by which its user is known to the server. */
  public record Opened(Client client, String user) {}

  /**
   * Opens a client; its secrets are resolved now.
   *
   * @throws IllegalArgumentException if a secret is not there, or if it would be logged
   */
  public static Opened open(ClickHouseConfig config) {
    if (config.password() != null || config.user().isReference()) {
      refuseToLogSecrets();
    }
    String user = config.user().resolve();
    String password = config.password() == null ? "" : config.password().resolve();
    Client.Builder builder =
        new Client.Builder()
            .addEndpoint(config.endpoint())
            .setUsername(user)
            .setPassword(password)
            .setClientName("millrace")
            .setConnectTimeout(config.connectTimeout().toMillis(), ChronoUnit.MILLIS)
            .setSocketTimeout(config.answerTimeout().toMillis(), ChronoUnit.MILLIS)
            .compressClientRequest(true)
            .compressServerResponse(false)
            // Who retries must know what a failure means, and what to do in the meantime.
            .retryOnFailures(ClientFaultCause.None)
            .setMaxRetries(0);
    if (config.caFile() != null) {
      builder.setRootCertificate(config.caFile());
    }
    return new Opened(builder.build(), user);
  }

  /** The password of a configuration that has one, unless it would be logged. */
  public static String password(SecretReference reference) {
    refuseToLogSecrets();
    return reference.resolve();
  }

  /** A log configuration that prints secrets is somebody's mistake: better no run than that. */
  private static void refuseToLogSecrets() {
    for (String name : HEADER_LOGGERS) {
      if (LoggerFactory.getLogger(name).isDebugEnabled()) {
        throw new IllegalArgumentException(
            "the logger " + name + " would print the password; set its level to INFO");
      }
    }
  }
}
