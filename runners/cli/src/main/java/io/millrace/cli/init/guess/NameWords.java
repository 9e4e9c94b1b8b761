package io.millrace.cli.init.guess;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What the name of a field says about it. */
final class NameWords {
  private static final Set<String> IDENTIFIERS =
      Set.of("id", "uuid", "guid", "uid", "sha", "hash", "arn", "urn", "sequence", "seq", "offset");

  /** Names of ids that a producer makes anew for each event. */
  private static final Set<String> EVENT_IDENTIFIERS =
      Set.of(
          "id",
          "uuid",
          "guid",
          "event id",
          "event uuid",
          "event guid",
          "message id",
          "msg id",
          "insert id",
          "delivery id",
          "record id",
          "log id",
          "audit id",
          "entry id",
          "dedup id",
          "notification id",
          "alert id");

  /** Names of ids for what caused the event, which often is nothing but the event. */
  private static final Set<String> CAUSE_IDENTIFIERS =
      Set.of("request id", "transaction id", "idempotency id", "operation id");

  /** Ids that many events share on purpose. */
  private static final Set<String> SHARED =
      Set.of("correlation", "trace", "span", "session", "parent", "group", "batch", "tenant");

  private static final Set<String> TIMES =
      Set.of(
          "time",
          "timestamp",
          "ts",
          "date",
          "datetime",
          "created",
          "msec",
          "epoch",
          "when",
          "occurred",
          "unixtime",
          "unix",
          "received",
          "sent",
          "start",
          "started",
          "end",
          "ended",
          "updated",
          "modified",
          "expires",
          "expiry",
          "exp",
          "iat",
          "nbf",
          "since",
          "until",
          "at",
          "birth",
          "deadline",
          "usec",
          "nsec");

  /** Best names of the time at which an event happened. */
  private static final Set<String> EVENT_TIMES =
      Set.of(
          "timestamp",
          "event time",
          "event timestamp",
          "event at",
          "time",
          "ts",
          "occurred at",
          "occurred",
          "happened at",
          "datetime",
          "created",
          "created at",
          "log time",
          "msec",
          "time iso8601",
          "time unix nano",
          "event date",
          "date time",
          "t",
          "at");

  private static final Set<String> OTHER_TIMES =
      Set.of(
          "received",
          "ingested",
          "ingestion",
          "sent",
          "updated",
          "modified",
          "expires",
          "expiry",
          "exp",
          "end",
          "ended",
          "due",
          "until",
          "start",
          "started",
          "processed",
          "published",
          "indexed",
          "deadline",
          "birth",
          "trial",
          "period",
          "creation",
          "original",
          "scheduled",
          "loaded",
          "collected",
          "last",
          "next",
          "first");

  private static final Set<String> TYPES =
      Set.of(
          "type",
          "name",
          "kind",
          "action",
          "stage",
          "level",
          "status",
          "state",
          "host",
          "hostname",
          "service",
          "instance",
          "region",
          "metric",
          "measurement",
          "phase",
          "method",
          "verb",
          "op",
          "operation",
          "env",
          "environment",
          "cluster",
          "device",
          "sensor",
          "source",
          "category");

  private static final Set<String> DIGITS_ARE_TEXT =
      Set.of(
          "zip", "postal", "postcode", "phone", "version", "serial", "account", "code", "number");

  private NameWords() {}

  /** The words of a name in lower case: {@code eventID}, {@code @event-id} and {@code event_id}. */
  static List<String> of(String name) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (!Character.isLetterOrDigit(c)) {
        end(word, words);
        continue;
      }
      boolean upper = Character.isUpperCase(c);
      boolean afterLower = i > 0 && Character.isLowerCase(name.charAt(i - 1));
      boolean beforeLower = i + 1 < name.length() && Character.isLowerCase(name.charAt(i + 1));
      if (upper && (afterLower || beforeLower)) {
        end(word, words);
      }
      word.append(c);
    }
    end(word, words);
    return words;
  }

  private static void end(StringBuilder word, List<String> words) {
    if (!word.isEmpty()) {
      words.add(word.toString().toLowerCase(Locale.ROOT));
      word.setLength(0);
    }
  }

  private static boolean any(String name, Set<String> known) {
    return of(name).stream().anyMatch(known::contains);
  }

  private static String last(String name) {
    List<String> words = of(name);
    return words.isEmpty() ? "" : words.get(words.size() - 1);
  }

  static boolean isIdentifier(String name) {
    return IDENTIFIERS.contains(last(name));
  }

  /** How well a name fits an event's own id: 0 is best; at least 2: it is one of something else. */
  static int identifierRank(String name) {
    String words = String.join(" ", of(name));
    return EVENT_IDENTIFIERS.contains(words) ? 0 : CAUSE_IDENTIFIERS.contains(words) ? 1 : 2;
  }

  static boolean isShared(String name) {
    return any(name, SHARED);
  }

  static boolean isType(String name) {
    return TYPES.contains(last(name));
  }

  static boolean isTime(String name) {
    return any(name, TIMES) || EVENT_TIMES.contains(String.join(" ", of(name)));
  }

  /** How well a name fits an event's time: 0 is best. */
  static int timeRank(String name) {
    return EVENT_TIMES.contains(String.join(" ", of(name))) ? 0 : any(name, OTHER_TIMES) ? 3 : 1;
  }

  /** Whether digits in a text are a name, not a number to calculate with. */
  static boolean isDigitsName(String name) {
    return isIdentifier(name) || any(name, DIGITS_ARE_TEXT);
  }

  static boolean isAddress(String name) {
    List<String> words = of(name);
    return words.contains("ip")
        || words.contains("addr")
        || words.contains("address")
        || words.contains("ipv4")
        || words.contains("ipv6");
  }
}
