package io.millrace.clickhouse.client;

import com.clickhouse.client.api.ServerException;
import io.millrace.clickhouse.client.ErrorTable.Rule;
import java.util.List;
import java.util.Set;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * What a failed INSERT means, by {@link ErrorTable}. What the table does not know is {@link
 * Kind#WAIT}: to wait for nothing is visible in the log, to skip is not.
 */
public final class ClickHouseErrors {
  /** What is to be done. */
  public enum Kind {
    /** The server dislikes a row for what is in it, and will tomorrow. */
    CONTENT,
    /** The batch is larger than something on the way takes. */
    TOO_LARGE,
    /** It will pass by itself. */
    WAIT,
    /** Somebody has to mend something; until then the rows wait. */
    OPERATOR
  }

  /**
   * A failure, understood.
   *
   * @param code the server's error code; 0: there was no answer
   * @param message one line for the log; holds no secret, but may hold a value of a row
   * @param remedy what to do, for {@link Kind#OPERATOR}; else mostly empty
   */
  public record Failure(Kind kind, int code, String message, String remedy) {
    /** Whether the batch needed more memory than it may have: half of it may be let in. */
    public boolean isMemory() {
      return MEMORY.contains(code);
    }

    /** Whether the rows are at fault, and not their table. */
    public boolean isRowsFault() {
      return kind == Kind.CONTENT || kind == Kind.TOO_LARGE;
    }

    /**
     * Whether the batch may be in its table in spite of the failure. It must be sent again as it is
     * then, under the same token; one that was turned away may be cut or joined with others.
     *
     * @param onePartition whether the batch is of one partition; of several, some may be written
     *     before one fails
     */
    public boolean maybeWritten(boolean onePartition) {
      boolean before =
          TURNED_AWAY.contains(code) || (onePartition && ALL_OR_NOTHING.contains(code));
      return !before && !isRowsFault();
    }
  }

  /** Codes of ClickHouse for a batch that needs more memory than there is, for now or ever. */
  private static final Set<Integer> MEMORY = Set.of(173, 241);

  /** Codes of ClickHouse that are given before anything is written. */
  private static final Set<Integer> TURNED_AWAY =
      Set.of(
          8, 10, 16, 20, 60, 81, 115, 164, 192, 193, 194, 195, 202, 203, 252, 291, 452, 497, 516,
          745, 762);

  /** Codes of ClickHouse that end the writing of a partition: it is in the table or it is not. */
  private static final Set<Integer> ALL_OR_NOTHING = Set.of(173, 241, 242, 243);

  /** What stands before values of a row in ClickHouse's messages. */
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

  /** What stands before a JSON value or a path in it; these words are kept. */
  private static final List<String> JSON_FOLLOWS =
      List.of(" JSON object here: ", " from JSON element: ", " parsing JSON object: ");

  private static final int MAX_MESSAGE_CHARS = 300;

  private ClickHouseErrors() {}

  /** Understands whatever the client has thrown. */
  public static Failure understand(Throwable thrown) {
    ServerException server = serverException(thrown);
    if (server == null) {
      return network(thrown);
    }
    int code = server.getCode();
    String message = line(server.getMessage());
    // A code with an HTTP status that has a meaning of its own, from a proxy or a gateway.
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
      // The one at the bottom knows best, unless it is less than what is known already.
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

  /** The server's answer behind a failure; null: there was none. */
  public static @Nullable ServerException serverException(Throwable thrown) {
    for (Throwable t = thrown; t != null; t = t.getCause()) {
      if (t instanceof ServerException server) {
        return server;
      }
    }
    return null;
  }

  /** The cause at the bottom, in one line. */
  public static String rootMessage(Throwable thrown) {
    Throwable root = thrown;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String message = root.getMessage();
    return root.getClass().getSimpleName() + (message == null ? "" : ": " + line(message));
  }

  /**
   * Why a row was refused, for its dead letter: the server's words without anything that may be a
   * value of the row.
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
    // The driver puts the prefix before a message that has one already.
    return text.startsWith("Code: Code: ") ? text.substring("Code: ".length()) : text;
  }
}
