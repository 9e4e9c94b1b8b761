package io.millrace.local.clickhouse.sql;

import io.millrace.local.clickhouse.sql.SqlTokens.Token;
import java.util.Locale;

/**
 * The parsed parts of one request's SQL that the server needs: an INSERT's end and data, and a
 * query's output format.
 *
 * @param kind the kind of statement
 * @param verb the first word in upper case, empty if there is none
 * @param head INSERT with data: end of {@code INSERT INTO target (columns)}; query: where {@code
 *     INTO OUTFILE} belongs; other: end of the statement without a closing semicolon
 * @param settings INSERT with data: the text after SETTINGS, else empty
 * @param format the format named in the statement ({@code Values} for VALUES), or empty
 * @param tail query: from here to {@code end} is the FORMAT clause; INSERT: start of the data, or
 *     -1 if the text ended before VALUES or FORMAT; {@code INSERT … SELECT FROM input()}: start of
 *     the data
 * @param end end of the statement without a closing semicolon
 * @param inputStart {@code input(}: start of that word, else -1
 * @param inputArguments {@code input(}: offset just behind the opening bracket
 */
public record Statement(
    Kind kind,
    String verb,
    int head,
    String settings,
    String format,
    int tail,
    int end,
    int inputStart,
    int inputArguments) {

  /** Kinds of statements that the server treats differently. */
  public enum Kind {
    EMPTY,
    /** SELECT and equivalents, which may return many rows. */
    QUERY,
    /** INSERT whose rows come with the request. */
    INSERT_DATA,
    /** INSERT … SELECT … FROM input(…): INSERT with data, through a query. */
    INSERT_INPUT,
    /** A query with its own INTO OUTFILE, or an INSERT with its own FROM INFILE. */
    SERVER_FILE,
    /** More than one statement. */
    MULTIPLE,
    OTHER
  }

  public static Statement parse(byte[] text, int length) {
    SqlTokens tokens = new SqlTokens(text, length);
    tokens.next();
    if (tokens.type() == Token.END || tokens.isSymbol(';')) {
      return simple(Kind.EMPTY, "", 0, "");
    }
    while (tokens.isSymbol('(')) {
      tokens.next();
    }
    String verb = tokens.type() == Token.WORD ? tokens.value().toUpperCase(Locale.ROOT) : "";
    if (verb.equals("INSERT")) {
      return new InsertParser(text, length, tokens).parse();
    }
    return new OutputParser(text, length, verb).parse();
  }

  static Statement simple(Kind kind, String verb, int end, String format) {
    return new Statement(kind, verb, end, "", format, end, end, -1, -1);
  }

  /** Whether the request contains insert data. */
  public boolean hasData() {
    return kind == Kind.INSERT_DATA || kind == Kind.INSERT_INPUT;
  }

  /** Whether a GET request may run the statement. */
  public boolean isRead() {
    return switch (verb) {
      case "SELECT",
          "WITH",
          "FROM",
          "SHOW",
          "DESCRIBE",
          "DESC",
          "EXISTS",
          "EXPLAIN",
          "USE",
          "SET" ->
          true;
      default -> false;
    };
  }
}
