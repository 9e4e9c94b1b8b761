package io.millrace.pubsub;

import java.io.Serializable;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Settings of reading a subscription.
 *
 * @param idAttribute the attribute by which the runner deduplicates messages; null: Pub/Sub's
 *     message id
 * @param timestampAttribute the attribute with the record time, as milliseconds since the epoch,
 *     UTC, or in RFC 3339; null: the publish time
 * @param emulator the emulator to use; null: Google
 */
public record PubsubReadConfig(
    @Nullable String idAttribute,
    @Nullable String timestampAttribute,
    @Nullable PubsubEmulator emulator)
    implements Serializable {
  static final PubsubReadConfig DEFAULT = new PubsubReadConfig(null, null, null);
}
