package io.millrace.clickhouse.client;

import com.clickhouse.client.api.Client;
import com.clickhouse.client.api.ServerException;
import io.millrace.clickhouse.client.ClickHouseClients.Opened;
import java.util.Set;
import java.util.function.Function;
import javax.net.ssl.SSLException;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The official client, reopened after its credentials or certificates were rejected, so that
 * changed secrets take effect without a restart. Its exceptions never contain a referenced user
 * name. Not thread-safe.
 */
public final class ClickHouseConnection implements AutoCloseable {
  /** Unknown user, wrong password, required password, authentication failed. */
  private static final Set<Integer> REFUSED = Set.of(192, 193, 194, 516);

  private final ClickHouseConfig config;
  // Null after a rejection, until the next use.
  private @Nullable Opened opened;

  /**
   * Opens a client. Secrets are resolved now, and again after the server has rejected them.
   *
   * @throws IllegalArgumentException if a secret cannot be resolved
   */
  public ClickHouseConnection(ClickHouseConfig config) {
    this.config = config;
    this.opened = ClickHouseClients.open(config);
  }

  /**
   * Runs a function with the client. Closes the client if its credentials or certificates are
   * rejected, so that the next call resolves them again.
   */
  public <T> T use(Function<Client, T> work) {
    if (opened == null) {
      opened = ClickHouseClients.open(config);
    }
    String user = opened.user();
    try {
      return work.apply(opened.client());
    } catch (RuntimeException e) {
      ServerException server = ClickHouseErrors.serverException(e);
      boolean refused =
          server == null
              ? ClickHouseErrors.cause(e, SSLException.class) != null
              : REFUSED.contains(server.getCode());
      if (refused) {
        close();
      }
      if (server != null && config.user().isReference()) {
        // Not chained to the cause, whose message contains the user name.
        throw new ServerException(
            server.getCode(),
            config.user().hide(user, String.valueOf(server.getMessage())),
            server.getTransportProtocolCode());
      }
      throw e;
    }
  }

  @Override
  public void close() {
    if (opened != null) {
      opened.client().close();
      opened = null;
    }
  }
}
