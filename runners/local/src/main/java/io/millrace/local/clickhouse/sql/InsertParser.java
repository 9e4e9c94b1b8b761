package io.millrace.local.clickhouse.sql;

import io.millrace.local.clickhouse.sql.SqlTokens.Token;
import io.millrace.local.clickhouse.sql.Statement.Kind;
import java.nio.charset.StandardCharsets;

/**
 * Parses {@code INSERT INTO target (columns) SETTINGS … FORMAT X data}. Stops at the data, so that
 * it is never parsed as SQL.
 *
 * @param tokens positioned at the word INSERT
 */
record InsertParser(byte[] text, int length, SqlTokens tokens) {
  private static final String VERB = "INSERT";

  Statement parse() {
    int head = target();
    String settings = "";
    while (true) {
      if (tokens.type() == Token.END || tokens.isSymbol(';')) {
        return insertData(head, settings, "", -1);
      } else if (tokens.isWord("VALUES")) {
        return insertData(head, settings, "Values", tokens.end());
      } else if (tokens.isWord("FORMAT")) {
        tokens.next();
        // The name may be truncated by the end of the buffer; the caller handles this.
        return insertData(head, settings, tokens.value(), dataAfterName(tokens.end()));
      } else if (tokens.isWord("SETTINGS")) {
        settings = settings();
      } else if (tokens.isWord("FROM")) {
        tokens.next();
        return tokens.isWord("INFILE") ? Statement.simple(Kind.SERVER_FILE, VERB, 0, "") : select();
      } else if (tokens.isWord("SELECT")
          || tokens.isWord("WITH")
          || tokens.isWord("WATCH")
          || isQueryInBrackets()) {
        return select();
      } else {
        // PARTITION BY expression, or what only the engine can judge
        if (tokens.isOpening()) {
          tokens.skipBrackets();
        }
        head = tokens.end();
        tokens.next();
      }
    }
  }

  private Statement insertData(int head, String settings, String format, int data) {
    int end = data < 0 ? tokens.start() : data;
    return new Statement(Kind.INSERT_DATA, VERB, head, settings, format, data, end, -1, -1);
  }

  /** Moves the tokens behind the column list. */
  private int target() {
    tokens.next();
    if (tokens.isWord("INTO")) {
      tokens.next();
    }
    boolean function = false;
    if (tokens.isWord("TABLE") || tokens.isWord("FUNCTION")) {
      boolean isFunction = tokens.isWord("FUNCTION");
      int behind = tokens.end();
      tokens.next();
      if (tokens.isName()) {
        function = isFunction;
      } else {
        // A table that is named like the keyword
        tokens.rewind(behind);
      }
    }
    int end = tokens.end();
    tokens.next();
    while (tokens.isSymbol('.')) {
      tokens.next();
      end = tokens.end();
      tokens.next();
    }
    if (function && tokens.isSymbol('(')) {
      tokens.skipBrackets();
      end = tokens.end();
      tokens.next();
    }
    if (tokens.isSymbol('(') && !isQueryInBrackets()) {
      tokens.skipBrackets();
      end = tokens.end();
      tokens.next();
    }
    return end;
  }

  /** Whether the current bracket opens a query; does not move the tokens. */
  private boolean isQueryInBrackets() {
    if (!tokens.isSymbol('(')) {
      return false;
    }
    int open = tokens.start();
    tokens.next();
    boolean query =
        tokens.isWord("SELECT")
            || tokens.isWord("WITH")
            || tokens.isWord("FROM")
            || tokens.isSymbol('(');
    tokens.rewind(open);
    tokens.next();
    return query;
  }

  private String settings() {
    int start = tokens.end();
    int end = start;
    while (tokens.next() != Token.END
        && !tokens.isSymbol(';')
        && !tokens.isWord("FORMAT")
        && !tokens.isWord("VALUES")
        && !tokens.isWord("SELECT")
        && !tokens.isWord("WITH")
        && !tokens.isWord("FROM")
        && !tokens.isSymbol('(')) {
      if (tokens.isOpening()) {
        tokens.skipBrackets();
      }
      end = tokens.end();
    }
    return new String(text, start, end - start, StandardCharsets.UTF_8).strip();
  }

  /** The offset of the data: after the first line end behind the format's name, or after spaces. */
  private int dataAfterName(int nameEnd) {
    int data = nameEnd;
    while (data < length && (text[data] == ' ' || text[data] == '\t' || text[data] == '\f')) {
      data++;
    }
    if (data < length && text[data] == '\r') {
      data++;
    }
    if (data < length && text[data] == '\n') {
      data++;
    }
    return data;
  }

  /** INSERT … SELECT: only {@code FROM input('structure') FORMAT X} has data. */
  private Statement select() {
    int inputStart = -1;
    int inputArguments = -1;
    boolean closed = false;
    int end = tokens.end();
    int depth = 0;
    do {
      if (tokens.isSymbol(';')) {
        closed = true;
      } else if (closed) {
        return Statement.simple(Kind.MULTIPLE, VERB, end, "");
      } else if (tokens.isOpening()) {
        depth++;
      } else if (tokens.isClosing()) {
        depth--;
      } else if (inputStart < 0 && tokens.isWord("input")) {
        int start = tokens.start();
        int behind = tokens.end();
        tokens.next();
        if (tokens.isSymbol('(')) {
          inputStart = start;
          inputArguments = tokens.end();
        }
        tokens.rewind(behind);
      } else if (inputStart >= 0 && depth == 0 && tokens.isWord("FORMAT")) {
        int formatStart = tokens.start();
        tokens.next();
        return new Statement(
            Kind.INSERT_INPUT,
            VERB,
            formatStart,
            "",
            tokens.value(),
            dataAfterName(tokens.end()),
            formatStart,
            inputStart,
            inputArguments);
      }
      if (!closed) {
        end = tokens.end();
      }
    } while (tokens.next() != Token.END);
    return Statement.simple(Kind.OTHER, VERB, end, "");
  }
}
