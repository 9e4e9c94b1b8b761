package io.millrace.local.clickhouse.sql;

import java.nio.charset.StandardCharsets;

/**
 * Tokenizes ClickHouse SQL without copying it; skips whitespace and comments. Works on bytes,
 * because binary insert data may follow the statement. Never fails; an unclosed quote or comment
 * ends at the end of the text.
 */
public final class SqlTokens {
  /** Types of tokens. */
  public enum Token {
    WORD,
    STRING,
    QUOTED_NAME,
    SYMBOL,
    END
  }

  private final byte[] text;
  private final int length;
  private int position;
  private Token type = Token.END;
  private int start;

  public SqlTokens(byte[] text, int length) {
    this.text = text;
    this.length = length;
  }

  /** Moves to the next token. */
  public Token next() {
    skipBlanksAndComments();
    start = position;
    if (position >= length) {
      type = Token.END;
      return type;
    }
    int c = text[position];
    if (c == '\'') {
      type = quoted('\'', Token.STRING);
    } else if (c == '`' || c == '"') {
      type = quoted(c, Token.QUOTED_NAME);
    } else if (c == '$' && heredoc()) {
      type = Token.STRING;
    } else if (isWord(c)) {
      while (position < length && isWord(text[position])) {
        position++;
      }
      type = Token.WORD;
    } else {
      position++;
      type = Token.SYMBOL;
    }
    return type;
  }

  /** Moves back to an offset, from which {@link #next} continues. */
  public void rewind(int offset) {
    position = offset;
  }

  public Token type() {
    return type;
  }

  public int start() {
    return start;
  }

  public int end() {
    return position;
  }

  public boolean isWord(String word) {
    return type == Token.WORD && value().equalsIgnoreCase(word);
  }

  public boolean isSymbol(char symbol) {
    return type == Token.SYMBOL && text[start] == symbol;
  }

  public boolean isName() {
    return type == Token.WORD || type == Token.QUOTED_NAME;
  }

  public String value() {
    return new String(text, start, position - start, StandardCharsets.UTF_8);
  }

  /** Moves from an opening bracket behind its closing one, or to the end of the text. */
  public void skipBrackets() {
    int depth = 0;
    do {
      if (isOpening()) {
        depth++;
      } else if (isClosing()) {
        depth--;
      }
    } while (depth > 0 && next() != Token.END);
  }

  boolean isOpening() {
    return isSymbol('(') || isSymbol('[') || isSymbol('{');
  }

  boolean isClosing() {
    return isSymbol(')') || isSymbol(']') || isSymbol('}');
  }

  private static boolean isWord(int c) {
    return (c >= '0' && c <= '9')
        || (c >= 'A' && c <= 'Z')
        || (c >= 'a' && c <= 'z')
        || c == '_'
        || c == '$'
        || c < 0;
  }

  private Token quoted(int quote, Token result) {
    position++;
    while (position < length) {
      int c = text[position++];
      if (c == '\\') {
        position = Math.min(position + 1, length);
      } else if (c == quote) {
        if (position < length && text[position] == quote) {
          position++;
        } else {
          break;
        }
      }
    }
    return result;
  }

  /** Moves behind a heredoc {@code $tag$ … $tag$}, if there is one here. */
  private boolean heredoc() {
    int tagEnd = position + 1;
    while (tagEnd < length && text[tagEnd] != '$') {
      tagEnd++;
    }
    if (tagEnd >= length) {
      return false;
    }
    int tagLength = tagEnd + 1 - position;
    for (int i = tagEnd + 1; i + tagLength <= length; i++) {
      int j = 0;
      while (j < tagLength && text[i + j] == text[position + j]) {
        j++;
      }
      if (j == tagLength) {
        position = i + tagLength;
        return true;
      }
    }
    return false;
  }

  private void skipBlanksAndComments() {
    while (position < length) {
      int c = text[position];
      int following = position + 1 < length ? text[position + 1] : 0;
      if (c >= 0 && c <= ' ') {
        position++;
      } else if ((c == '-' && following == '-')
          || (c == '#' && (following == ' ' || following == '!'))) {
        while (position < length && text[position] != '\n') {
          position++;
        }
      } else if (c == '/' && following == '*') {
        position += 2;
        while (position + 1 < length && !(text[position] == '*' && text[position + 1] == '/')) {
          position++;
        }
        position = Math.min(position + 2, length);
      } else {
        return;
      }
    }
  }
}
