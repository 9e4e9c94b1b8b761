package io.millrace.pubsub;

import io.millrace.io.InFlightLimit;
import java.io.IOException;
import org.apache.beam.sdk.io.gcp.pubsub.PubsubClient;
import org.apache.beam.sdk.io.gcp.pubsub.PubsubClient.PubsubClientFactory;
import org.apache.beam.sdk.io.gcp.pubsub.PubsubJsonClient;
import org.apache.beam.sdk.io.gcp.pubsub.PubsubOptions;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Creates the {@link BackpressuredPubsubClient}s of Beam's reader. Dataflow has its own reader and
 * uses no clients.
 */
final class PubsubClients implements PubsubClientFactory {
  private static final long serialVersionUID = 1L;

  private final @Nullable PubsubEmulator emulator;
  private final InFlightLimit inFlight;
  // Cached, because a reader may be reopened every few hundred messages.
  private transient @Nullable PubsubOptions ofEmulator;

  PubsubClients(@Nullable PubsubEmulator emulator, InFlightLimit inFlight) {
    this.emulator = emulator;
    this.inFlight = inFlight;
  }

  @Override
  public PubsubClient newClient(
      @Nullable String timestampAttribute, @Nullable String idAttribute, PubsubOptions options)
      throws IOException {
    return newClient(timestampAttribute, idAttribute, options, null);
  }

  @Override
  public PubsubClient newClient(
      @Nullable String timestampAttribute,
      @Nullable String idAttribute,
      PubsubOptions options,
      @Nullable String rootUrl)
      throws IOException {
    // Without attributes, which BackpressuredPubsubClient handles.
    PubsubClient client =
        PubsubJsonClient.FACTORY.newClient(null, null, optionsOr(options), rootUrl);
    return new BackpressuredPubsubClient(
        client, timestampAttribute, idAttribute, inFlight, System::nanoTime);
  }

  private synchronized PubsubOptions optionsOr(PubsubOptions ofPipeline) {
    if (emulator == null) {
      return ofPipeline;
    }
    if (ofEmulator == null) {
      ofEmulator = emulator.options();
    }
    return ofEmulator;
  }

  @Override
  public String getKind() {
    return "Json";
  }
}
