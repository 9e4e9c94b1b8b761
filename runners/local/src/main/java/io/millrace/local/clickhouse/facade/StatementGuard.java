package io.millrace.local.clickhouse.facade;

import io.millrace.local.clickhouse.sql.SqlTokens;
import io.millrace.local.clickhouse.sql.SqlTokens.Token;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Rejects statements that access other files or servers and that the engine's rights do not cover.
 * The rights and constant settings (see {@code EngineAccess}) block table functions, most table
 * engines, dictionaries and settings. This class blocks:
 *
 * <ul>
 *   <li>{@code INTO OUTFILE} and {@code FROM INFILE}, which the embedded engine executes itself,
 *   <li>{@code ATTACH TABLE … FROM 'directory'},
 *   <li>{@code disk(…)} in the settings of a table or database,
 *   <li>{@code RESTORE}, which reads the backup before it checks rights,
 *   <li>table and database engines that take a path or a program and need no right.
 * </ul>
 *
 * <p>Text outside quotes must be ASCII, because the engine treats typographic quotes and spaces as
 * quotes and spaces, and {@link SqlTokens} does not. Thread-safe.
 */
public final class StatementGuard {
  /** Engines without arguments that name a file or a server; each needs a right. */
  public static final List<String> GRANTED_ENGINES =
      List.of(
          "MergeTree",
          "ReplacingMergeTree",
          "SummingMergeTree",
          "AggregatingMergeTree",
          "CollapsingMergeTree",
          "VersionedCollapsingMergeTree",
          "Memory",
          "Null",
          "Log",
          "TinyLog",
          "StripeLog",
          "Set",
          "Join",
          "Buffer",
          "Merge",
          "GenerateRandom");

  /** More engines that keep their data in the data directory or in memory. */
  private static final Set<String> MORE_OPEN_ENGINES =
      Set.of(
          "Alias",
          "Atomic",
          "CoalescingMergeTree",
          "GraphiteMergeTree",
          "MaterializedView",
          "View",
          "WindowView");

  private static final Pattern FILE_WORD =
      Pattern.compile("(?<!\\w)(?:IN|OUT)FILE(?!\\w)", Pattern.CASE_INSENSITIVE);

  private final Set<String> closedEngines;

  /**
   * Creates a guard.
   *
   * @param engines all table and database engines
   * @param kafka whether to allow tables of the engine Kafka
   */
  StatementGuard(Set<String> engines, boolean kafka) {
    closedEngines =
        engines.stream()
            .filter(engine -> !GRANTED_ENGINES.contains(engine))
            .filter(engine -> !MORE_OPEN_ENGINES.contains(engine))
            .filter(engine -> !(kafka && engine.equals("Kafka")))
            .map(engine -> engine.toLowerCase(Locale.ROOT))
            .collect(Collectors.toUnmodifiableSet());
  }

  /**
   * Checks one statement.
   *
   * @param sql without insert data
   * @throws ServerError ACCESS_DENIED, SYNTAX_ERROR
   */
  void check(String sql) throws ServerError {
    // Searches quotes and comments too, which is safe because a keyword has only one spelling.
    if (FILE_WORD.matcher(sql).find()) {
      throw ServerError.of(
          497,
          "ACCESS_DENIED",
          "The words OUTFILE and INFILE must not appear in a statement: the local ClickHouse neither"
              + " reads nor writes files for a statement");
    }
    byte[] text = sql.getBytes(StandardCharsets.UTF_8);
    SqlTokens tokens = new SqlTokens(text, text.length);
    tokens.next();
    while (tokens.isSymbol('(')) {
      tokens.next();
    }
    if (tokens.isWord("RESTORE") || tokens.isWord("BACKUP")) {
      throw closed(tokens.value().toUpperCase(Locale.ROOT));
    }
    if (tokens.isWord("ATTACH")) {
      requireShortAttach(tokens);
      return;
    }
    boolean ended = false;
    for (; tokens.type() != Token.END; tokens.next()) {
      if (ended) {
        throw ServerError.of(62, "SYNTAX_ERROR", "Syntax error (Multi-statements are not allowed)");
      }
      ended = tokens.isSymbol(';');
      if (tokens.isName()) {
        checkName(tokens);
      }
    }
  }

  private void checkName(SqlTokens tokens) throws ServerError {
    if (tokens.type() == Token.WORD && !isAscii(tokens.value())) {
      throw ServerError.of(
          62,
          "SYNTAX_ERROR",
          "Syntax error: a character outside of quotes is not ASCII, near '"
              + tokens.value()
              + "': use plain blanks and quotes");
    }
    int behind = tokens.end();
    String name = name(tokens);
    if (tokens.isWord("ENGINE")) {
      tokens.next();
      if (tokens.isSymbol('=')) {
        tokens.next();
      }
      if (tokens.isName() && (closedEngines.contains(name(tokens)) || isEscaped(tokens))) {
        throw closed("ENGINE = " + tokens.value());
      }
    } else if (name.equals("disk") || isEscaped(tokens)) {
      tokens.next();
      if (tokens.isSymbol('(')) {
        throw closed(name + "(…)");
      }
    } else if (tokens.isWord("PARALLEL")) {
      tokens.next();
      if (tokens.isWord("WITH")) {
        throw closed("PARALLEL WITH");
      }
    }
    tokens.rewind(behind);
  }

  /** Allows only {@code ATTACH TABLE name}, which reads from the data directory. */
  private static void requireShortAttach(SqlTokens tokens) throws ServerError {
    while (tokens.next() != Token.END) {
      boolean ofAName = tokens.isName() || tokens.isSymbol('.') || tokens.isSymbol(';');
      if (!ofAName || tokens.isWord("FROM") || !isAscii(tokens.value())) {
        throw closed("ATTACH with more than a name");
      }
    }
  }

  /**
   * Checks a CREATE TABLE whose columns come from a string.
   *
   * @throws ServerError if anything follows the column list
   */
  static void requireOneTable(String create) throws ServerError {
    byte[] text = create.getBytes(StandardCharsets.UTF_8);
    SqlTokens tokens = new SqlTokens(text, text.length);
    while (tokens.next() != Token.END && !tokens.isSymbol('(')) {
      // Up to the columns.
    }
    tokens.skipBrackets();
    boolean plain = isAscii(create) && !create.contains("--") && !create.contains("#");
    if (!plain || tokens.next() != Token.END) {
      throw ServerError.of(36, "BAD_ARGUMENTS", "The structure of input() is not one of columns");
    }
  }

  private static ServerError closed(String what) {
    return ServerError.of(
        497,
        "ACCESS_DENIED",
        what
            + " is closed in the local ClickHouse: it could leave the data directory or call another"
            + " server");
  }

  private static String name(SqlTokens tokens) {
    String value = tokens.value();
    boolean quoted = tokens.type() == Token.QUOTED_NAME && value.length() > 1;
    return (quoted ? value.substring(1, value.length() - 1) : value).toLowerCase(Locale.ROOT);
  }

  /** Whether a quoted name contains escapes, which could hide a blocked name. */
  private static boolean isEscaped(SqlTokens tokens) {
    return tokens.type() == Token.QUOTED_NAME && tokens.value().indexOf('\\') >= 0;
  }

  private static boolean isAscii(String text) {
    return text.chars().allMatch(c -> c < 128);
  }
}
