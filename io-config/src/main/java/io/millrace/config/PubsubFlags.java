package io.millrace.config;

import io.millrace.source.PubsubAddress;
import io.millrace.source.PubsubEmulator;
import io.millrace.source.PubsubReading;
import io.millrace.source.SourceAddress;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/** The flags that say how a subscription of Pub/Sub is read. */
final class PubsubFlags {
  /** As long as Pub/Sub allows, which counts bytes. */
  private static final int LONGEST_ATTRIBUTE = 256;

  private final MillraceOptions options;
  private final List<String> mistakes;

  private PubsubFlags(MillraceOptions options, List<String> mistakes) {
    this.options = options;
    this.mistakes = mistakes;
  }

  /**
   * The flags among others.
   *
   * @param mistakes where what is wrong with them is added
   */
  static PubsubFlags of(MillraceOptions options, List<String> mistakes) {
    return new PubsubFlags(options, mistakes);
  }

  /**
   * The input, read as the flags say; given for another input, they are a mistake.
   *
   * @param input null if it is not known
   */
  @Nullable SourceAddress readBy(@Nullable SourceAddress input) {
    String id = attribute("pubsubIdAttribute", options.getPubsubIdAttribute(), input);
    String timestamp =
        attribute("pubsubTimestampAttribute", options.getPubsubTimestampAttribute(), input);
    PubsubEmulator emulator = emulator(input);
    return input instanceof PubsubAddress pubsub
        ? pubsub.with(new PubsubReading(id, timestamp, emulator))
        : input;
  }

  private @Nullable String attribute(
      String flag, @Nullable String name, @Nullable SourceAddress input) {
    if (name == null || misplaced(flag, input)) {
      return null;
    }
    if (name.isEmpty() || name.length() > LONGEST_ATTRIBUTE) {
      mistakes.add(
          "--" + flag + ": expected an attribute's name of 1 to 256 bytes, found `" + name + "`");
    }
    return name;
  }

  private @Nullable PubsubEmulator emulator(@Nullable SourceAddress input) {
    String text = options.getPubsubEmulator();
    boolean lettersGoThere = options.getDeadLetters().contains(PubsubAddress.SCHEME);
    if (text == null || (!lettersGoThere && misplaced("pubsubEmulator", input))) {
      return null;
    }
    if (options.getRunner().getSimpleName().equals("DataflowRunner")) {
      mistakes.add("--pubsubEmulator: not on Dataflow, which reads from Google only; leave it out");
      return null;
    }
    try {
      return PubsubEmulator.parse(text);
    } catch (IllegalArgumentException e) {
      mistakes.add("--pubsubEmulator: " + e.getMessage());
      return null;
    }
  }

  private boolean misplaced(String flag, @Nullable SourceAddress input) {
    boolean misplaced = input != null && !(input instanceof PubsubAddress);
    if (misplaced) {
      mistakes.add("--" + flag + ": only for --input=pubsub://project/subscription; leave it out");
    }
    return misplaced;
  }
}
