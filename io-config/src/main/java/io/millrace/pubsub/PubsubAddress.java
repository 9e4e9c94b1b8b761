package io.millrace.pubsub;

import io.millrace.contract.Contract;
import io.millrace.event.Clock;
import io.millrace.event.SourceRecord;
import io.millrace.io.ReadTuning;
import io.millrace.io.SampleLimits;
import io.millrace.io.Source;
import io.millrace.io.SourceAddress;
import io.millrace.io.flags.Urls;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Address of a Google Cloud Pub/Sub subscription: {@code pubsub://project/subscription}. Names are
 * not percent-decoded and must follow Google's rules.
 *
 * @param project the project's id, not its number
 * @param subscription the subscription's name
 * @param reading settings of reading
 */
public record PubsubAddress(String project, String subscription, PubsubReadConfig reading)
    implements SourceAddress {
  public static final String SCHEME = "pubsub://";

  /**
   * The start of the topic that records of a subscription have. No Kafka topic has a slash in its
   * name, and a file's path begins with one.
   */
  public static final String RECORD_TOPIC_PREFIX = "projects/";

  private static final String EXPECTED = "expected pubsub://project/subscription";
  private static final int LONGEST_NAME = 255;

  /**
   * Parses an address. Does not check that it exists.
   *
   * @throws IllegalArgumentException in one line with every problem, if the text is invalid; never
   *     quotes a password
   */
  public static PubsubAddress parse(String text) {
    String rest = text.startsWith(SCHEME) ? text.substring(SCHEME.length()) : "";
    if (rest.indexOf('@') >= 0) {
      throw new IllegalArgumentException(
          "user and password must not appear in the URL; " + EXPECTED);
    }
    int slash = rest.indexOf('/');
    if (slash <= 0 || slash == rest.length() - 1) {
      throw new IllegalArgumentException("`" + text + "`: " + EXPECTED);
    }
    String project = rest.substring(0, slash);
    String subscription = rest.substring(slash + 1);
    List<String> problems = new ArrayList<>();
    if (!Urls.isGoogleProject(project)) {
      problems.add(
          ("`%s` is not a valid project id (6 to 30 lower-case letters, digits and -,"
                  + " starting with a letter and not ending with -)")
              .formatted(project));
    }
    if (!isName(subscription)) {
      problems.add(
          ("`%s` is not a valid subscription name (3 to 255 letters, digits and -._~+%%,"
                  + " starting with a letter, not with `goog`)")
              .formatted(subscription));
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException("`" + text + "`: " + String.join("; ", problems));
    }
    return new PubsubAddress(project, subscription, PubsubReadConfig.DEFAULT);
  }

  public PubsubAddress with(PubsubReadConfig otherwise) {
    return new PubsubAddress(project, subscription, otherwise);
  }

  /** The full resource name, which is also the topic of records. */
  String path() {
    return RECORD_TOPIC_PREFIX + project + "/subscriptions/" + subscription;
  }

  static boolean isName(String name) {
    return name.length() >= 3
        && name.length() <= LONGEST_NAME
        && isLetter(name.charAt(0))
        && !name.startsWith("goog")
        && name.chars()
            .allMatch(c -> isLetter(c) || (c >= '0' && c <= '9') || "-._~+%".indexOf(c) >= 0);
  }

  private static boolean isLetter(int c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  @Override
  public Source open(Contract contract, Clock clock, ReadTuning tuning) {
    return new PubsubSource(this, tuning);
  }

  @Override
  public List<SourceRecord> sample(SampleLimits limits) {
    return new PubsubSample(this, limits).read();
  }

  @Override
  public Map<String, String> savedSettings() {
    return Map.of(
        "--pubsubIdAttribute", orNone(reading.idAttribute()),
        "--pubsubTimestampAttribute", orNone(reading.timestampAttribute()));
  }

  private static String orNone(@Nullable String attribute) {
    return attribute == null ? "none" : attribute;
  }

  @Override
  public String toString() {
    return SCHEME + project + "/" + subscription;
  }
}
