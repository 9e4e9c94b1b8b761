package io.millrace.pubsub;

import io.millrace.contract.Contract;
import io.millrace.event.Clock;
import io.millrace.io.ReadTuning;
import io.millrace.io.Source;
import io.millrace.io.SourceAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Where a subscription of Google Cloud Pub/Sub is: {@code pubsub://project/subscription}. The names
 * are taken as they are written, without percent-decoding, and must keep Google's own rules.
 *
 * @param project the project's id, never its number
 * @param subscription the subscription's name
 * @param reading how messages are read from there
 */
public record PubsubAddress(String project, String subscription, PubsubReadConfig reading)
    implements SourceAddress {
  /** How a Pub/Sub address begins. */
  public static final String SCHEME = "pubsub://";

  /**
   * The start of the topic that records of a subscription have. No Kafka topic has a slash in its
   * name, and a file's path begins with one.
   */
  public static final String RECORD_TOPIC_PREFIX = "projects/";

  private static final String EXPECTED = "expected pubsub://project/subscription";
  private static final int LONGEST_NAME = 255;

  /**
   * Reads an address; asks nobody whether it exists.
   *
   * @throws IllegalArgumentException in one line that names every mistake, if the text is none;
   *     never repeats a password
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
    if (!isProject(project)) {
      problems.add(
          "`"
              + project
              + "` is not a project's id (6 to 30 lower-case letters, digits and -, a letter first"
              + " and no - last)");
    }
    if (!isName(subscription)) {
      problems.add(
          "`"
              + subscription
              + "` is not a subscription's name (3 to 255 letters, digits and -._~+%, a letter"
              + " first, and not `goog`)");
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException("`" + text + "`: " + String.join("; ", problems));
    }
    return new PubsubAddress(project, subscription, PubsubReadConfig.DEFAULT);
  }

  /** The same subscription, read otherwise. */
  public PubsubAddress with(PubsubReadConfig otherwise) {
    return new PubsubAddress(project, subscription, otherwise);
  }

  /** The name by which Google knows it, and records know where they are from. */
  public String path() {
    return RECORD_TOPIC_PREFIX + project + "/subscriptions/" + subscription;
  }

  /**
   * Whether a text can be a project's id. Old projects of a company have its domain before theirs:
   * {@code example.com:project}.
   */
  public static boolean isProject(String project) {
    int colon = project.indexOf(':');
    String id = project.substring(colon + 1);
    return (colon < 0
            || isOf(project.substring(0, colon), c -> isLowerOrDigit(c) || c == '.' || c == '-'))
        && id.length() >= 6
        && id.length() <= 30
        && isOf(id, c -> isLowerOrDigit(c) || c == '-')
        && id.charAt(0) >= 'a'
        && !id.endsWith("-");
  }

  /** Whether a text can be the name of a subscription or a topic. */
  public static boolean isName(String name) {
    return name.length() >= 3
        && name.length() <= LONGEST_NAME
        && isLetter(name.charAt(0))
        && !name.startsWith("goog")
        && isOf(name, c -> isLetter(c) || isDigit(c) || "-._~+%".indexOf(c) >= 0);
  }

  private static boolean isOf(String text, IntPredicate allowed) {
    return !text.isEmpty() && text.chars().allMatch(allowed);
  }

  private static boolean isLowerOrDigit(int c) {
    return (c >= 'a' && c <= 'z') || isDigit(c);
  }

  private static boolean isLetter(int c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  private static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }

  @Override
  public Source open(Contract contract, Clock clock, ReadTuning tuning) {
    return PubsubSource.of(this, tuning);
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
