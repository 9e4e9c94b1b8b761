package io.millrace.decode.json;

import com.fasterxml.jackson.core.JsonToken;
import io.millrace.text.ByteScan;
import io.millrace.text.JsonEscapes;
import java.io.IOException;
import java.util.Arrays;

/**
 * The tokens of valid JSON, read from the bytes without a parser's buffers, locations and key
 * tables. It accepts less than JSON: whatever is invalid or rare (a key with escapes, too many
 * levels) ends in {@link Unusual}, and the caller begins again with Jackson, which also knows what
 * to say about an error. So it decides about nothing but speed.
 *
 * <p>Cost: about a third of Jackson's. Not thread-safe.
 */
final class QuickTokens {
  /** The JSON is invalid or rare. */
  static final class Unusual extends IOException {
    private static final long serialVersionUID = 1L;

    Unusual() {
      super("unusual JSON");
    }

    @Override
    public synchronized Throwable fillInStackTrace() {
      return this;
    }
  }

  private static final byte[] NO_BYTES = {};
  private static final byte[] TRUE = {'t', 'r', 'u', 'e'};
  private static final byte[] FALSE = {'f', 'a', 'l', 's', 'e'};
  private static final byte[] NULL = {'n', 'u', 'l', 'l'};

  private final int maxDepth;
  private final QuickKeys keys = new QuickKeys();
  private boolean[] arrays = new boolean[16];

  private byte[] bytes = NO_BYTES;
  private int at;
  private int depth;
  private boolean afterMember;
  private int tokenFrom;
  private int tokenTo;
  private boolean escaped;

  QuickTokens(int maxDepth) {
    this.maxDepth = maxDepth;
  }

  /** Begins with other bytes, which are UTF-8, at the first byte of an object or an array. */
  JsonToken open(byte[] json, int from) throws Unusual {
    bytes = json;
    at = from;
    depth = 0;
    keys.clear();
    return value(byteAt(from));
  }

  void close() {
    bytes = NO_BYTES;
    keys.clear();
  }

  /** Where the latest value, or the key if it is later, begins. */
  int tokenFrom() {
    return tokenFrom;
  }

  /** Where it ends. Of an object or array this is the end of its first byte. */
  int tokenTo() {
    return tokenTo;
  }

  /** Whether the latest string holds escapes. */
  boolean isEscaped() {
    return escaped;
  }

  /** Where the next byte to be read stands. */
  int position() {
    return at;
  }

  QuickKeys keys() {
    return keys;
  }

  /** Passes to the next key of the current object and its colon; false at the object's end. */
  boolean nextKey() throws Unusual {
    byte c = space();
    if (c == '}') {
      leave();
      return false;
    } else if (afterMember) {
      if (c != ',') {
        throw new Unusual();
      }
      at++;
      c = space();
    }
    if (c != '"') {
      throw new Unusual();
    }
    string();
    if (escaped) {
      throw new Unusual();
    }
    keys.current(bytes, tokenFrom + 1, tokenTo - 1);
    if (space() != ':') {
      throw new Unusual();
    }
    at++;
    return true;
  }

  /** Passes to the value behind a key, or to the next element or the end of an array. */
  JsonToken next() throws Unusual {
    byte c = space();
    if (arrays[depth - 1]) {
      if (c == ']') {
        leave();
        return JsonToken.END_ARRAY;
      } else if (afterMember) {
        if (c != ',') {
          throw new Unusual();
        }
        at++;
        c = space();
      }
    }
    return value(c);
  }

  /** Passes to the end of the object or array that the latest token begins. */
  void passChildren() throws Unusual {
    int outer = depth - 1;
    while (depth > outer) {
      if (arrays[depth - 1]) {
        next();
      } else if (nextKey()) {
        if (!keys.add()) {
          throw new Unusual();
        }
        next();
      }
    }
  }

  private JsonToken value(byte c) throws Unusual {
    afterMember = true;
    switch (c) {
      case '"' -> {
        string();
        return JsonToken.VALUE_STRING;
      }
      case '{' -> {
        enter(false);
        return JsonToken.START_OBJECT;
      }
      case '[' -> {
        enter(true);
        return JsonToken.START_ARRAY;
      }
      case 't' -> {
        return word(TRUE, JsonToken.VALUE_TRUE);
      }
      case 'f' -> {
        return word(FALSE, JsonToken.VALUE_FALSE);
      }
      case 'n' -> {
        return word(NULL, JsonToken.VALUE_NULL);
      }
      default -> {
        return number();
      }
    }
  }

  private void enter(boolean isArray) throws Unusual {
    if (depth == maxDepth) {
      throw new Unusual();
    }
    if (depth == arrays.length) {
      arrays = Arrays.copyOf(arrays, 2 * depth);
    }
    arrays[depth++] = isArray;
    keys.enter(depth);
    tokenFrom = at++;
    tokenTo = at;
    afterMember = false;
  }

  private void leave() {
    keys.leave(depth);
    depth--;
    at++;
    afterMember = true;
  }

  /** The first byte from here on that is no white space; passes to it. */
  private byte space() throws Unusual {
    int i = at;
    while (i < bytes.length) {
      byte c = bytes[i];
      if (c > ' ') {
        at = i;
        return c;
      } else if (!SyntaxErrors.isSpace(c)) {
        break;
      }
      i++;
    }
    throw new Unusual();
  }

  private byte byteAt(int index) throws Unusual {
    if (index >= bytes.length) {
      throw new Unusual();
    }
    return bytes[index];
  }

  private JsonToken word(byte[] word, JsonToken token) throws Unusual {
    int end = at + word.length;
    if (end > bytes.length || !Arrays.equals(bytes, at, end, word, 0, word.length)) {
      throw new Unusual();
    }
    tokenFrom = at;
    tokenTo = end;
    at = end;
    return token;
  }

  private void string() throws Unusual {
    tokenFrom = at;
    escaped = false;
    int i = ByteScan.quoteBackslashOrControl(bytes, at + 1, bytes.length);
    while (byteAt(i) == '\\') {
      escaped = true;
      i = ByteScan.quoteBackslashOrControl(bytes, escape(i), bytes.length);
    }
    if (bytes[i] != '"') {
      throw new Unusual();
    }
    at = i + 1;
    tokenTo = at;
  }

  /** Where an escape ends; both halves of a surrogate pair are one. */
  private int escape(int from) throws Unusual {
    int length = JsonEscapes.length(bytes, from, bytes.length);
    if (length < 0) {
      throw new Unusual();
    }
    return from + length;
  }

  /** The latest number, an integer of at most 18 characters. */
  long integer() {
    boolean negative = bytes[tokenFrom] == '-';
    long value = 0;
    for (int i = negative ? tokenFrom + 1 : tokenFrom; i < tokenTo; i++) {
      value = value * 10 + bytes[i] - '0';
    }
    return negative ? -value : value;
  }

  private JsonToken number() throws Unusual {
    tokenFrom = at;
    int from = bytes[at] == '-' ? at + 1 : at;
    int i = digits(from);
    if (bytes[from] == '0' && i > from + 1) {
      throw new Unusual();
    }
    JsonToken kind = JsonToken.VALUE_NUMBER_INT;
    if (i < bytes.length && bytes[i] == '.') {
      kind = JsonToken.VALUE_NUMBER_FLOAT;
      i = digits(i + 1);
    }
    if (i < bytes.length && (bytes[i] | 0x20) == 'e') {
      kind = JsonToken.VALUE_NUMBER_FLOAT;
      byte sign = byteAt(i + 1);
      i = digits(sign == '-' || sign == '+' ? i + 2 : i + 1);
    }
    at = i;
    tokenTo = i;
    return kind;
  }

  /** Where one digit or more end. */
  private int digits(int from) throws Unusual {
    int i = from;
    while (i < bytes.length && bytes[i] >= '0' && bytes[i] <= '9') {
      i++;
    }
    if (i == from) {
      throw new Unusual();
    }
    return i;
  }
}
