package io.millrace.local.clickhouse.sql;

import io.millrace.local.clickhouse.sql.SqlTokens.Token;
import io.millrace.local.clickhouse.sql.Statement.Kind;

/** Finds the end and the FORMAT clause of a statement other than INSERT. */
final class OutputParser {
  private final SqlTokens tokens;
  private final String verb;

  OutputParser(byte[] text, int length, String verb) {
    this.tokens = new SqlTokens(text, length);
    this.verb = verb;
  }

  Statement parse() {
    int end = 0;
    int formatStart = -1;
    String format = "";
    boolean outfile = false;
    boolean insert = false;
    boolean closed = false;
    boolean previousIsInto = false;
    while (tokens.next() != Token.END) {
      if (tokens.isSymbol(';')) {
        closed = true;
        continue;
      }
      if (closed) {
        return Statement.simple(Kind.MULTIPLE, verb, end, "");
      }
      if (tokens.isOpening()) {
        tokens.skipBrackets();
      } else if (tokens.isWord("FORMAT")) {
        int start = tokens.start();
        int behind = tokens.end();
        if (tokens.next() == Token.WORD) {
          String name = tokens.value();
          int nameEnd = tokens.end();
          tokens.next();
          if (tokens.type() == Token.END || tokens.isSymbol(';') || tokens.isWord("SETTINGS")) {
            formatStart = start;
            format = name;
          }
          end = nameEnd;
          tokens.rewind(nameEnd);
          continue;
        }
        end = behind;
        tokens.rewind(behind);
        continue;
      } else if (previousIsInto && tokens.isWord("OUTFILE")) {
        outfile = true;
      } else if (tokens.isWord("INSERT")) {
        insert = true;
      }
      previousIsInto = tokens.isWord("INTO");
      end = tokens.end();
    }
    Kind kind;
    if (outfile) {
      kind = Kind.SERVER_FILE;
    } else {
      // WITH … INSERT … SELECT has no data, so the engine can run it unchanged.
      kind =
          switch (verb) {
            case "SELECT", "FROM" -> Kind.QUERY;
            case "WITH" -> insert ? Kind.OTHER : Kind.QUERY;
            default -> Kind.OTHER;
          };
    }
    int head = formatStart >= 0 ? formatStart : end;
    String shownVerb = insert && verb.equals("WITH") ? "INSERT" : verb;
    return new Statement(kind, shownVerb, head, "", format, head, end, -1, -1);
  }
}
