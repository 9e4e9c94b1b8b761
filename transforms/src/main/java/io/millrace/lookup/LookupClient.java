package io.millrace.lookup;

import io.millrace.contract.Lookup;
import io.millrace.decode.registry.SchemaRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import javax.net.ssl.SSLException;
import org.checkerframework.checker.nullness.qual.Nullable;

/** HTTP requests to the source of a look-up, over TLS by the certificates that it trusts. */
public final class LookupClient {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

  private LookupClient() {}

  /**
   * Sends a request. Follows no redirect.
   *
   * @return the response, whose body the caller closes
   * @throws LookupException if there is no connection, or no answer in time
   */
  public static HttpResponse<InputStream> send(Lookup lookup, HttpRequest request)
      throws IOException, LookupException, InterruptedException {
    HttpClient.Builder client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_TIMEOUT);
    String ca = lookup.options().get(Lookups.CA);
    if (ca != null) {
      client.sslContext(SchemaRegistry.trusting(ca));
    }
    try {
      return client.build().send(request, HttpResponse.BodyHandlers.ofInputStream());
    } catch (ConnectException e) {
      throw new LookupException("cannot connect; check the URL and that the server is running", e);
    } catch (HttpTimeoutException e) {
      throw new LookupException("no answer in time", e);
    } catch (SSLException e) {
      throw new LookupException("no TLS connection (" + e.getMessage() + "); check `ca`", e);
    }
  }

  /**
   * What is wrong with the use of {@code ca}.
   *
   * @param tls whether connections use TLS
   * @return null if nothing is
   */
  public static @Nullable String problem(Lookup lookup, boolean tls) {
    return lookup.options().containsKey(Lookups.CA) && !tls
        ? "expected a URL with TLS; without it, no certificate is checked and `ca` means nothing"
        : null;
  }
}
