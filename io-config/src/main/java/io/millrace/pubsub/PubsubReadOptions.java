package io.millrace.pubsub;

import org.apache.beam.sdk.options.Description;
import org.apache.beam.sdk.options.PipelineOptions;
import org.checkerframework.checker.nullness.qual.Nullable;

/** The flags of Pub/Sub, as texts. */
public interface PubsubReadOptions extends PipelineOptions {
  @Description(
      "Only with pubsub://: the attribute by which two messages are one, dropped before it is read a"
          + " second time; Pub/Sub's message id, if not given. Example: --pubsubIdAttribute=event_id")
  @Nullable String getPubsubIdAttribute();

  void setPubsubIdAttribute(@Nullable String pubsubIdAttribute);

  @Description(
      "Only with pubsub://: the attribute that holds a message's record time, in milliseconds since"
          + " 1970 or by RFC 3339; the time of publishing, if not given."
          + " Example: --pubsubTimestampAttribute=sent_at")
  @Nullable String getPubsubTimestampAttribute();

  void setPubsubTimestampAttribute(@Nullable String pubsubTimestampAttribute);

  @Description(
      "Only with pubsub://, in --input or --deadLetters: where an emulator of Pub/Sub is, to be used in place of Google and"
          + " without credentials. Example: --pubsubEmulator=127.0.0.1:8085")
  @Nullable String getPubsubEmulator();

  void setPubsubEmulator(@Nullable String pubsubEmulator);
}
