package io.millrace.local.clickhouse.facade;

import io.millrace.local.clickhouse.facade.ChdbConnection.Result;
import io.millrace.local.clickhouse.sql.Sql;
import io.millrace.local.clickhouse.sql.SqlTokens;
import io.millrace.local.clickhouse.sql.SqlTokens.Token;
import io.millrace.local.clickhouse.sql.Statement;

/**
 * Rewrites one request's SQL for the embedded engine. Insert data is read from a file, because the
 * engine truncates data inside SQL at the first empty line. Rows of a query go to a file, because
 * the engine would keep them all in memory. A late error then still gets the right status.
 *
 * @param format of the result if the statement names none
 * @param spool the file of the insert data, or for the rows of a query
 */
record QueryRunner(ChdbConnection connection, RequestText text, String format, SpoolFile spool) {
  /** The table that stands in for {@code input()}. */
  private static final String INPUT = "_millrace_input";

  /** Runs the statement; the rows of a query are in the file afterwards. */
  Result run() throws ServerError {
    return switch (text.statement().kind()) {
      case INSERT_DATA -> connection.execute(insert(), format);
      case INSERT_INPUT -> insertSelect();
      case QUERY -> connection.execute(query(), format);
      default -> connection.execute(plain(), format);
    };
  }

  /** Rejects statements that a server would reject or that are not supported here. */
  static void check(Request request, RequestText text, StatementGuard guard) throws ServerError {
    Statement statement = text.statement();
    switch (statement.kind()) {
      case EMPTY -> throw ServerError.of(62, "SYNTAX_ERROR", "Syntax error: empty query");
      case MULTIPLE ->
          throw ServerError.of(
              62, "SYNTAX_ERROR", "Syntax error (Multi-statements are not allowed)");
      case SERVER_FILE -> {
        if (statement.verb().equals("INSERT")) {
          throw ServerError.of(
              78,
              "UNKNOWN_TYPE_OF_QUERY",
              "Query has infile and was send directly to server: send the data as the body");
        }
        throw ServerError.of(358, "INTO_OUTFILE_NOT_ALLOWED", "INTO OUTFILE is not allowed");
      }
      case INSERT_DATA -> {
        if (statement.tail() < 0 && !(text.isBodyAllData() && text.hasBody())) {
          throw ServerError.of(
              108, "NO_DATA_TO_INSERT", "No data to insert: the INSERT has no VALUES or FORMAT");
        }
      }
      default -> {}
    }
    guard.check(sql(text));
    if (request.isReadOnly() && !statement.isRead()) {
      throw ServerError.of(
          164,
          "READONLY",
          "Cannot execute query in readonly mode. For queries over HTTP, method GET implies"
              + " readonly. You should use method POST for modifying queries");
    }
  }

  /** The SQL for the engine: the request's text without insert data. */
  private static String sql(RequestText text) throws ServerError {
    Statement statement = text.statement();
    if (!statement.format().isEmpty() && !Sql.isPlainName(statement.format())) {
      throw ServerError.of(73, "UNKNOWN_FORMAT", "Unknown format " + statement.format());
    }
    return switch (statement.kind()) {
      case INSERT_DATA -> text.part(0, statement.head()) + "\nSETTINGS " + statement.settings();
      case INSERT_INPUT -> text.part(0, statement.head());
      default -> text.part(0, statement.end());
    };
  }

  private String insert() {
    Statement statement = text.statement();
    String settings = statement.settings().isEmpty() ? "" : statement.settings() + ", ";
    String dataFormat = statement.format().isEmpty() ? format : statement.format();
    // An asynchronous insert would look for its data in the SQL text.
    return text.part(0, statement.head())
        + "\nFROM INFILE "
        + spool.literal()
        + " COMPRESSION 'none' SETTINGS "
        + settings
        + "async_insert=0 FORMAT "
        + dataFormat;
  }

  /**
   * Emulates {@code input('structure')}, which reads an INSERT's data. The data is a file here,
   * which a SELECT cannot read, so the rows go through a temporary table in memory.
   */
  private Result insertSelect() throws ServerError {
    Statement statement = text.statement();
    SqlTokens arguments = new SqlTokens(text.bytes(), statement.head());
    arguments.rewind(statement.inputArguments());
    if (arguments.next() != Token.STRING) {
      throw ServerError.of(36, "BAD_ARGUMENTS", "input() takes its structure as one string");
    }
    String structure = text.part(arguments.start(), arguments.end());
    if (arguments.next() != Token.SYMBOL || !arguments.isSymbol(')')) {
      throw ServerError.of(36, "BAD_ARGUMENTS", "input() takes its structure as one string");
    }
    String columns = connection.ask("SELECT " + structure);
    String create = "CREATE TEMPORARY TABLE " + INPUT + " (" + columns.strip() + ")";
    StatementGuard.requireOneTable(create);
    connection.execute(create);
    try {
      connection.execute(
          ("INSERT INTO %s\nFROM INFILE %s COMPRESSION 'none' SETTINGS async_insert=0"
                  + " FORMAT %s")
              .formatted(INPUT, spool.literal(), statement.format()));
      return connection.execute(
          text.part(0, statement.inputStart())
              + INPUT
              + text.part(arguments.end(), statement.head()));
    } finally {
      connection.execute("DROP TEMPORARY TABLE " + INPUT);
    }
  }

  private String query() {
    Statement statement = text.statement();
    String clause = text.part(statement.tail(), statement.end());
    return text.part(0, statement.head())
        + "\nINTO OUTFILE "
        + spool.literal()
        + " TRUNCATE\n"
        + (clause.isEmpty() ? "FORMAT " + format : clause);
  }

  private String plain() {
    Statement statement = text.statement();
    String sql = text.part(0, statement.end());
    if (statement.verb().equals("DROP") || statement.verb().equals("DETACH")) {
      // The embedded engine lacks the cleanup task that SYNC would wait for indefinitely.
      return sql.replaceFirst("(?i)\\s+(SYNC|NO\\s+DELAY)\\s*$", "");
    }
    return sql;
  }
}
