package io.millrace.sink.clickhouse;

import com.clickhouse.client.api.Client;
import com.clickhouse.client.api.ClientFaultCause;
import java.time.temporal.ChronoUnit;

/** Opens the official client as Millrace uses it. No connection is made before the first use. */
final class ClickHouseClients {
  private ClickHouseClients() {}

  /**
   * Opens a client; its secrets are resolved now.
   *
   * @throws IllegalArgumentException if a secret is not there
   */
  static Client open(ClickHouseConfig config) {
    String password = config.password() == null ? "" : config.password().resolve();
    return new Client.Builder()
        .addEndpoint(config.endpoint())
        .setUsername(config.user())
        .setPassword(password)
        .setClientName("millrace")
        .setConnectTimeout(config.connectTimeout().toMillis(), ChronoUnit.MILLIS)
        .setSocketTimeout(config.answerTimeout().toMillis(), ChronoUnit.MILLIS)
        .compressClientRequest(true)
        .compressServerResponse(false)
        // Who retries must know what a failure means, and what to do in the meantime.
        .retryOnFailures(ClientFaultCause.None)
        .setMaxRetries(0)
        .build();
  }
}
