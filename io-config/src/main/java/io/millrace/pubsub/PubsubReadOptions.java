package io.millrace.pubsub;

import io.millrace.io.flags.Flag;
import io.millrace.io.flags.FlagGroup;
import org.apache.beam.sdk.options.Description;
import org.apache.beam.sdk.options.PipelineOptions;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Flags of Pub/Sub, unparsed. */
@FlagGroup("Pub/Sub")
public interface PubsubReadOptions extends PipelineOptions {
  @Description(
      "Only with pubsub://: the attribute by which the runner drops duplicate messages. Default:"
          + " Pub/Sub's message id. Example: --pubsubIdAttribute=event_id")
  @Nullable String getPubsubIdAttribute();

  void setPubsubIdAttribute(@Nullable String pubsubIdAttribute);

  @Description(
      "Only with pubsub://: the attribute with a message's record time, in milliseconds since"
          + " 1970 or in RFC 3339. Default: the publish time."
          + " Example: --pubsubTimestampAttribute=sent_at")
  @Nullable String getPubsubTimestampAttribute();

  void setPubsubTimestampAttribute(@Nullable String pubsubTimestampAttribute);

  @Description(
      "Only with pubsub:// in --input or --deadLetters: address of a Pub/Sub emulator, which is"
          + " used instead of Google and without credentials. Example:"
          + " --pubsubEmulator=127.0.0.1:8085")
  @Flag(localOnly = true)
  @Nullable String getPubsubEmulator();

  void setPubsubEmulator(@Nullable String pubsubEmulator);
}
