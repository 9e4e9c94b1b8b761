package io.millrace.clickhouse.client;

import com.clickhouse.client.api.ServerException;
import io.millrace.clickhouse.client.ErrorTable.Rule;
import java.util.List;
import java.util.Set;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Classifies failed INSERTs by {@link ErrorTable}. An unknown failure is {@link Kind#WAIT}, because
 * rows that wait are visible in the log, and skipped rows are not.
 */
public final class ClickHouseErrors {
  /** The reaction to a failure. */
  public enum Kind {
    /** The server rejects a row for its content, permanently. */
    CONTENT,
    /** The batch exceeds a size limit of the server or a proxy. */
    TOO_LARGE,
    /** The failure is temporary: retry. */
    WAIT,
    /** An operator must fix something; until then the rows wait. */
    OPERATOR
  }

  /**
   * A classified failure.
   *
   * @param code the server's error code; 0 if there was no answer
   * @param message one line for the log, without secrets, but possibly with values of a row
   * @param remedy what to do, for {@link Kind#OPERATOR}; otherwise usually empty
   */
  public record Failure(Kind kind, int code, String message, String remedy) {
    /** Whether the batch exceeded a memory limit; half of it may be accepted. */
    public boolean isMemory() {
      return MEMORY.contains(code);
    }

    /** Whether the rows caused the failure, not their table. */
    public boolean isRowsFault() {
      return kind == Kind.CONTENT || kind == Kind.TOO_LARGE;
    }

    /**
     * Whether the batch may be in its table despite the failure. Then retry it unchanged, with the
     * same deduplication token. Otherwise it may be split or joined with others.
     *
     * @param onePartition whether the batch has a single partition; with several, some may be
     *     written before one fails
     */
    public boolean maybeWritten(boolean onePartition) {
      boolean before =
          TURNED_AWAY.contains(code) || (onePartition && ALL_OR_NOTHING.contains(code));
      return !before && !isRowsFault();
    }
  }

  /** ClickHouse's codes of exceeded memory limits, temporary or permanent. */
  private static final Set<Integer> MEMORY = Set.of(173, 241);

  /** ClickHouse's codes of failures before anything is written. */
  private static final Set<Integer> TURNED_AWAY =
      Set.of(
          8, 10, 16, 20, 60, 81, 115, 164, 192, 193, 194, 195, 202, 203, 252, 291, 452, 497, 516,
          745, 762);

  /** ClickHouse's codes of failures that leave a partition either written or not. */
  private static final Set<Integer> ALL_OR_NOTHING = Set.of(173, 241, 242, 243);

  /** Texts before values of a row in ClickHouse's messages. */
  private static final List<String> VALUES_FOLLOW =
      List.of(
          ". Column values",
          " at row ",
          ": while ",
          ": (while ",
          " (while ",
          " value -",
          " value 0",
          " value 1",
          " value 2",
          " value 3",
          " value 4",
          " value 5",
          " value 6",
          " value 7",
          " value 8",
          " value 9");

  /** Texts before a JSON value or path; these texts are kept. */
  private static final List<String> JSON_FOLLOWS =
      List.of(" JSON object here: ", " from JSON element: ", " parsing JSON object: ");

  private static final int MAX_MESSAGE_CHARS = 300;

  private ClickHouseErrors() {}

  /** Classifies an exception of the client. */
  public static Failure understand(Throwable thrown) {
    ServerException server = serverException(thrown);
    if (server == null) {
      return network(thrown);
    }
    int code = server.getCode();
    String message = line(server.getMessage());
    // Without a ClickHouse code, the HTTP status comes from a proxy or gateway.
    if (code == ServerException.CODE_UNKNOWN) {
      int status = server.getTransportProtocolCode();
      return failure(
          ErrorTable.shipped().ofStatus(status), 0, "HTTP status " + status + ": " + message);
    }
    return failure(ErrorTable.shipped().ofCode(code), code, message);
  }

  private static Failure network(Throwable thrown) {
    String message = "no answer: " + rootMessage(thrown);
    Rule found = null;
    for (Throwable t = thrown; t != null; t = t.getCause()) {
      Rule rule = ErrorTable.shipped().ofException(t);
      // Prefer the innermost cause, unless it has no remedy and an outer one has a rule.
      if (rule != null && (found == null || !rule.remedy().isEmpty())) {
        found = rule;
      }
    }
    return failure(found, 0, message);
  }

  private static Failure failure(@Nullable Rule rule, int code, String message) {
    return rule == null
        ? new Failure(Kind.WAIT, code, message, "")
        : new Failure(rule.kind(), code, message, rule.remedy());
  }

  /** The server's exception in the chain of causes; null if there is none. */
  public static @Nullable ServerException serverException(Throwable thrown) {
    for (Throwable t = thrown; t != null; t = t.getCause()) {
      if (t instanceof ServerException server) {
        return server;
      }
    }
    return null;
  }

  /** The innermost cause in one line. */
  public static String rootMessage(Throwable thrown) {
    Throwable root = thrown;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String message = root.getMessage();
    return root.getClass().getSimpleName() + (message == null ? "" : ": " + line(message));
  }

  /**
   * The reason of a rejection for a dead letter: the server's message without values of the row.
   */
  public static String withoutValues(Failure failure) {
    String text = failure.message();
    for (String marker : VALUES_FOLLOW) {
      int at = text.indexOf(marker);
      if (at >= 0) {
        text = text.substring(0, at);
      }
    }
    for (String words : JSON_FOLLOWS) {
      int at = text.indexOf(words);
      if (at >= 0) {
        text = text.substring(0, at + words.length() - ": ".length());
      }
    }
    StringBuilder masked = new StringBuilder(text.length());
    char quote = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (quote != 0) {
        if (c == '\\') {
          i++;
        } else if (c == quote) {
          quote = 0;
        }
      } else if (c == '\'' || c == '"') {
        quote = c;
        masked.append("'…'");
      } else {
        masked.append(c);
      }
    }
    return "ClickHouse: " + masked;
  }

  private static String line(String message) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < message.length() && line.length() < MAX_MESSAGE_CHARS; i++) {
      char c = message.charAt(i);
      line.append(c < ' ' ? ' ' : c);
    }
    String text = line.toString();
    // The driver may add the prefix twice.
    return text.startsWith("Code: Code: ") ? text.substring("Code: ".length()) : text;
  }
}
