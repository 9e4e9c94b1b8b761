package io.millrace.clickhouse.client;

import com.clickhouse.client.api.Client;
import com.clickhouse.client.api.ClientFaultCause;
import io.millrace.clickhouse.client.ClickHouseConfig.Compression;
import io.millrace.security.SecretReference;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.slf4j.LoggerFactory;

/** Creates the official client with Millrace's settings. Connects on first use. */
public final class ClickHouseClients {
  /** Loggers of the underlying HTTP clients that print every header at DEBUG. */
  private static final List<String> HEADER_LOGGERS =
      List.of(
          "org.apache.hc.client5.http.headers",
          "org.apache.hc.client5.http.wire",
          // The same classes in the driver of ClickHouseIO.
          "io.millrace.shaded.clickhouse.client.internal.apache.hc.client5.http.headers",
          "io.millrace.shaded.clickhouse.client.internal.apache.hc.client5.http.wire");

  private ClickHouseClients() {}

  /** A client and its resolved user name. */
  public record Opened(Client client, String user) {}

  /**
   * Opens a client and resolves its secrets.
   *
   * @throws IllegalArgumentException if a secret cannot be resolved, or would be logged
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
            .compressClientRequest(config.compression() == Compression.LZ4)
            .compressServerResponse(false)
            // BatchInserter retries, because it classifies failures.
            .retryOnFailures(ClientFaultCause.None)
            .setMaxRetries(0);
    if (config.caFile() != null) {
      builder.setRootCertificate(config.caFile());
    }
    return new Opened(builder.build(), user);
  }

  /** Resolves a password, unless it would be logged. */
  public static String password(SecretReference reference) {
    refuseToLogSecrets();
    return reference.resolve();
  }

  /** Fails if the log configuration would print secrets. */
  private static void refuseToLogSecrets() {
    for (String name : HEADER_LOGGERS) {
      if (LoggerFactory.getLogger(name).isDebugEnabled()) {
        throw new IllegalArgumentException(
            "the logger " + name + " would print the password; set its level to INFO");
      }
    }
  }
}
