package io.millrace.pubsub;

import com.google.api.client.http.HttpRequestInitializer;
import com.google.api.services.pubsub.Pubsub;
import com.google.auth.Credentials;
import com.google.auth.http.HttpCredentialsAdapter;
import java.io.IOException;
import org.apache.beam.sdk.extensions.gcp.options.GcpOptions;
import org.apache.beam.sdk.extensions.gcp.util.Transport;
import org.apache.beam.sdk.io.gcp.pubsub.PubsubOptions;
import org.apache.beam.sdk.options.PipelineOptions;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Connects to Pub/Sub's REST API with short timeouts. Beam's client retries for minutes before it
 * reports an error.
 */
final class PubsubConnection {
  private static final int CONNECT_TIMEOUT_MS = 5_000;
  private static final int READ_TIMEOUT_MS = 15_000;

  private PubsubConnection() {}

  @FunctionalInterface
  interface Opener {
    Pubsub open() throws IOException;
  }

  /**
   * Creates a client, which connects with each request.
   *
   * @param options options with the credentials
   * @param emulator {@code host:port} of an emulator to use without credentials; null: none
   * @throws IOException in one line, if there are no credentials
   */
  static Pubsub open(PipelineOptions options, @Nullable String emulator) throws IOException {
    HttpRequestInitializer timeouts =
        request -> {
          request.setConnectTimeout(CONNECT_TIMEOUT_MS);
          request.setReadTimeout(READ_TIMEOUT_MS);
        };
    if (emulator != null) {
      return client("http://" + emulator + "/", timeouts);
    }
    Credentials credentials = options.as(GcpOptions.class).getGcpCredential();
    if (credentials == null) {
      throw new IOException(
          "no credentials for Google Cloud: run `gcloud auth application-default login`, or set"
              + " GOOGLE_APPLICATION_CREDENTIALS to a service account's key file");
    }
    HttpRequestInitializer login = new HttpCredentialsAdapter(credentials);
    return client(
        options.as(PubsubOptions.class).getPubsubRootUrl(),
        request -> {
          login.initialize(request);
          timeouts.initialize(request);
        });
  }

  private static Pubsub client(String rootUrl, HttpRequestInitializer initializer) {
    return new Pubsub.Builder(Transport.getTransport(), Transport.getJsonFactory(), initializer)
        .setRootUrl(rootUrl)
        .setApplicationName("millrace")
        .build();
  }
}
