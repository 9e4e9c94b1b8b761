package io.millrace.pubsub;

import java.io.Serializable;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * How a subscription is read.
 *
 * @param idAttribute the attribute by which a runner takes two messages for one; null: by Pub/Sub's
 *     own message id
 * @param timestampAttribute the attribute that holds a message's record time, as milliseconds since
 *     the epoch, UTC, or as an instant by RFC 3339; null: the record time is the publish time
 * @param emulator where Pub/Sub is, if not at Google; null: at Google
 */
public record PubsubReadConfig(
    @Nullable String idAttribute,
    @Nullable String timestampAttribute,
    @Nullable PubsubEmulator emulator)
    implements Serializable {
  /** As Pub/Sub itself has it. */
  public static final PubsubReadConfig DEFAULT = new PubsubReadConfig(null, null, null);
}
