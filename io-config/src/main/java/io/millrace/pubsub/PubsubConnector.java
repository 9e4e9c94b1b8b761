package io.millrace.pubsub;

import io.millrace.alerting.AlertConnector;
import io.millrace.alerting.AlertOptions;
import io.millrace.alerting.AlertTarget;
import io.millrace.deadletter.DeadLetterConnector;
import io.millrace.deadletter.DeadLetterOptions;
import io.millrace.deadletter.DeadLetterOutput;
import io.millrace.io.SourceAddress;
import io.millrace.io.SourceConnector;
import io.millrace.io.flags.FlagReader;
import org.apache.beam.sdk.options.PipelineOptions;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Pub/Sub: source of records, destination of dead letters, and target of alerts. */
public final class PubsubConnector implements SourceConnector, DeadLetterConnector, AlertConnector {
  private static final String FORM = "pubsub://project/subscription";
  private static final String TOPIC = "pubsub://project/topic";

  /** Pub/Sub's limit in bytes. */
  private static final int LONGEST_ATTRIBUTE = 256;

  @Override
  public String scheme() {
    return PubsubAddress.SCHEME;
  }

  @Override
  public Class<? extends PipelineOptions> flags() {
    return PubsubReadOptions.class;
  }

  @Override
  public String inputForm() {
    return FORM;
  }

  @Override
  public SourceAddress parseInput(String url) {
    return PubsubAddress.parse(url);
  }

  @Override
  public @Nullable SourceAddress configure(@Nullable SourceAddress input, FlagReader flags) {
    PubsubReadOptions options = flags.as(PubsubReadOptions.class);
    String id = attribute("pubsubIdAttribute", options.getPubsubIdAttribute(), input, flags);
    String timestamp =
        attribute("pubsubTimestampAttribute", options.getPubsubTimestampAttribute(), input, flags);
    PubsubEmulator emulator = emulator(options.getPubsubEmulator(), input, flags);
    return input instanceof PubsubAddress pubsub
        ? pubsub.with(new PubsubReadConfig(id, timestamp, emulator))
        : input;
  }

  private static @Nullable String attribute(
      String flag, @Nullable String name, @Nullable SourceAddress input, FlagReader flags) {
    if (name == null || isMisplaced(flag, input, flags)) {
      return null;
    }
    if (name.isEmpty() || name.length() > LONGEST_ATTRIBUTE) {
      flags.problem(flag, "expected an attribute name of 1 to 256 bytes, found `" + name + "`");
    }
    return name;
  }

  private static @Nullable PubsubEmulator emulator(
      @Nullable String text, @Nullable SourceAddress input, FlagReader flags) {
    String flag = "pubsubEmulator";
    String deadLetters = flags.as(DeadLetterOptions.class).getDeadLetters();
    if (text == null
        || (!sendsTo(deadLetters)
            && !sendsTo(flags.as(AlertOptions.class).getAlerts())
            && isMisplaced(flag, input, flags))) {
      return null;
    }
    if (!flags.runner().sharesFiles()) {
      flags.problem(flag, "not supported on Dataflow, which reads only from Google; leave it out");
      return null;
    }
    return flags.parsed(flag, text, PubsubEmulator::parse);
  }

  private static boolean sendsTo(@Nullable String urls) {
    return urls != null && urls.contains(PubsubAddress.SCHEME);
  }

  private static boolean isMisplaced(String flag, @Nullable SourceAddress input, FlagReader flags) {
    boolean misplaced = input != null && !(input instanceof PubsubAddress);
    if (misplaced) {
      flags.problem(flag, "only for --input=" + FORM + "; leave it out");
    }
    return misplaced;
  }

  @Override
  public String alertForm() {
    return TOPIC;
  }

  @Override
  public AlertTarget parseAlerts(String url, @Nullable SourceAddress input, FlagReader flags) {
    return new SendAlertsToPubsub(
        SendToPubsub.parse(url, flags.as(PubsubReadOptions.class).getPubsubEmulator()));
  }

  @Override
  public String deadLetterForm() {
    return TOPIC;
  }

  @Override
  public DeadLetterOutput parseDeadLetters(
      String url, @Nullable SourceAddress input, FlagReader flags) {
    return SendToPubsub.parse(url, flags.as(PubsubReadOptions.class).getPubsubEmulator());
  }
}
