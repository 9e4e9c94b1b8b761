package io.millrace.source;

import io.millrace.config.UnknownUrl;
import io.millrace.contract.Contract;
import io.millrace.event.Clock;
import java.io.Serializable;

/**
 * Where records come from, as a URL. Its scheme decides which source reads it: {@code kafka://},
 * {@code pubsub://} or {@code file://}.
 */
public sealed interface SourceAddress extends Serializable
    permits KafkaAddress, PubsubAddress, FileAddress {
  /**
   * Reads an address.
   *
   * @throws IllegalArgumentException in one line, if the text is none of a source that exists; of
   *     an unknown URL only the scheme is repeated, since the rest may hold a password
   */
  static SourceAddress parse(String text) {
    if (text.startsWith(KafkaAddress.SCHEME)) {
      return KafkaAddress.parse(text);
    }
    if (text.startsWith(PubsubAddress.SCHEME)) {
      return PubsubAddress.parse(text);
    }
    if (text.startsWith(FileAddress.SCHEME)) {
      return FileAddress.parse(text);
    }
    throw UnknownUrl.of(
        text,
        "kafka://host:port/topic, pubsub://project/subscription or file:///directory/*.jsonl");
  }

  /**
   * The source that reads this address. Touches nothing.
   *
   * @param contract its event-time rules set the watermark; files are also placed in time by it
   * @param clock the reader's clock; no record time is ahead of it
   * @param tuning what the runner needs
   */
  Source open(Contract contract, Clock clock, ReadTuning tuning);
}
