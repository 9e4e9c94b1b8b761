package io.millrace.clickhouse.client;

import com.clickhouse.client.api.ServerException;
import io.millrace.clickhouse.client.ErrorTable.Rule;
import java.util.Set;
import java.util.regex.Pattern;
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

  /** Where values of a row, or a JSON value or path, begin in ClickHouse's messages. */
  private static final Pattern VALUES =
      Pattern.compile(
          "\\. Column values| at row |: \\(?while | \\(while | value [-0-9]"
              + "|(?<= JSON object here| from JSON element| parsing JSON object): ");

  /** A quoted text; it may be cut off. */
  private static final Pattern QUOTED =
      Pattern.compile("'(?:\\\\.?|[^'\\\\])*+'?|\"(?:\\\\.?|[^\"\\\\])*+\"?");

  private static final int MAX_MESSAGE_CHARS = 300;

  private ClickHouseErrors() {}

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
      return failure(ErrorTable.ofStatus(status), 0, "HTTP status " + status + ": " + message);
    }
    return failure(ErrorTable.ofCode(code), code, message);
  }

  private static Failure network(Throwable thrown) {
    String message = "no answer: " + rootMessage(thrown);
    Rule found = null;
    for (Throwable t = thrown; t != null; t = t.getCause()) {
      Rule rule = ErrorTable.ofException(t);
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
    return cause(thrown, ServerException.class);
  }

  /** The outermost exception of a class in the chain of causes; null if there is none. */
  static <T extends Throwable> @Nullable T cause(Throwable thrown, Class<T> type) {
    for (Throwable t = thrown; t != null; t = t.getCause()) {
      if (type.isInstance(t)) {
        return type.cast(t);
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
    String text = VALUES.split(failure.message(), 2)[0];
    return "ClickHouse: " + QUOTED.matcher(text).replaceAll("'…'");
  }

  private static String line(String message) {
    String text =
        message
            .substring(0, Math.min(message.length(), MAX_MESSAGE_CHARS))
            .replaceAll("[\\x00-\\x1F]", " ");
    // The driver may add the prefix twice.
    return text.startsWith("Code: Code: ") ? text.substring("Code: ".length()) : text;
  }
}
