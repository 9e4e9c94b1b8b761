package io.millrace.clickhouse.client;

import com.clickhouse.client.api.Client;
import com.clickhouse.client.api.ServerException;
import io.millrace.clickhouse.client.ClickHouseClients.Opened;
import java.util.Set;
import java.util.function.Function;
import javax.net.ssl.SSLException;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The official client, opened again when its credentials or certificates are refused: secrets that
 * have changed since are picked up without a restart. No exception that leaves it names a user that
 * came from a reference. Used by one thread.
 */
public final class ClickHouseConnection implements AutoCloseable {
  /** Unknown user, wrong password, required password, authentication failed. */
  private static final Set<Integer> REFUSED = Set.of(192, 193, 194, 516);

  private final ClickHouseConfig config;
  // Null from when its credentials or certificates were refused until the next use.
  private @Nullable Opened opened;

  private ClickHouseConnection(ClickHouseConfig config) {
    this.config = config;
    this.opened = ClickHouseClients.open(config);
  }

  /**
   * Opens a client; its secrets are resolved now, and again after the server has refused them.
   *
   * @throws IllegalArgumentException if a secret is not there
   */
  public static ClickHouseConnection open(ClickHouseConfig config) {
    return new ClickHouseConnection(config);
  }

  /**
   * Uses the client. One that could not authenticate, or whose certificates do not fit, is closed:
   * the next is opened with what the references and the file hold by then.
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
      if (server == null ? causedBy(e, SSLException.class) : REFUSED.contains(server.getCode())) {
        close();
      }
      if (server != null && config.user().isReference()) {
        // The server names the user. Without the cause: it would tell.
        throw new ServerException(
            server.getCode(),
            config.user().hide(user, String.valueOf(server.getMessage())),
            server.getTransportProtocolCode());
      }
      throw e;
    }
  }

  private static boolean causedBy(Throwable thrown, Class<? extends Throwable> kind) {
    for (Throwable t = thrown; t != null; t = t.getCause()) {
      if (kind.isInstance(t)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void close() {
    if (opened != null) {
      opened.client().close();
      opened = null;
    }
  }
}
