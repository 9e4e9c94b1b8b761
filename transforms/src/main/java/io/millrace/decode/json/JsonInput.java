package io.millrace.decode.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.JsonTokenId;
import io.millrace.decode.DecodeException;
import io.millrace.event.DeadLetterCode;
import io.millrace.event.Utf8Slice;
import io.millrace.text.ByteScan;
import io.millrace.text.Escapes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The tokens of one JSON object, with what Jackson leaves open: depth, duplicate keys, NaN, lone
 * surrogates, and the exact bytes of a value.
 *
 * <p>Valid JSON is read by {@link QuickTokens}, anything else by Jackson. Strings are the bulk of
 * an event. Jackson skips one that nobody asks for without copying it, and checks it on the way; so
 * a string without escapes is made from the bytes at once, and Jackson is only asked for those with
 * escapes.
 */
public final class JsonInput {
  private static final byte[] NO_BYTES = {};

  private final JsonFactory factory;
  private final int maxDepth;
  private @Nullable SeenKeys[] keys = new @Nullable SeenKeys[8];

  private byte[] bytes = NO_BYTES;
  private int base;
  private int depth;
  private boolean loneSurrogates;
  private int sliceFrom;
  private int sliceTo;
  private @Nullable JsonParser parser;
  private String key = "";

  private final QuickTokens tokens;
  private boolean quick;

  /** Prepares for JSON with so many levels of nesting at most. */
  public JsonInput(int maxDepth) {
    this.maxDepth = maxDepth;
    this.tokens = new QuickTokens(maxDepth);
    this.factory = QuickSkipParser.Factory.strict(maxDepth);
  }

  /** An input with the same limits. */
  JsonInput another() {
    return new JsonInput(maxDepth);
  }

  /**
   * Begins at the first byte of a value: mostly at the opening brace of an object.
   *
   * @param mayHoldLoneSurrogates whether strings have to be searched for lone surrogates
   * @return the value's first token
   */
  public JsonToken open(byte[] json, int from, boolean mayHoldLoneSurrogates)
      throws IOException, DecodeException {
    quick = false;
    bytes = json;
    base = from;
    depth = 0;
    loneSurrogates = mayHoldLoneSurrogates;
    parser = factory.createParser(json, from, json.length - from);
    return next();
  }

  /**
   * Begins at the first byte of an object or an array, without Jackson.
   *
   * @param json UTF-8
   * @throws QuickTokens.Unusual as each of the following calls may, if the caller has to begin
   *     again with {@link #open}; it must do so too if a value is wrong, because what is wrong
   *     first is Jackson's to say
   */
  JsonToken openQuick(byte[] json, int from) throws QuickTokens.Unusual {
    quick = true;
    bytes = json;
    return tokens.open(json, from);
  }

  /** Begins at the value that another input took as its slice, which is valid. */
  JsonToken openSlice(JsonInput other) throws IOException, DecodeException {
    return other.quick
        ? openQuick(other.bytes, other.sliceFrom)
        : open(other.bytes, other.sliceFrom, false);
  }

  /** Whether it was opened without Jackson. */
  boolean isQuick() {
    return quick;
  }

  /** Gives the parser's buffers back; safe to call twice. */
  public void close() {
    tokens.close();
    JsonParser open = parser;
    parser = null;
    bytes = NO_BYTES;
    if (open != null) {
      try {
        open.close();
      } catch (IOException e) {
        throw new IllegalStateException("closing a parser of bytes does no IO", e);
      }
    }
  }

  private JsonParser parser() {
    JsonParser open = parser;
    if (open == null) {
      throw new IllegalStateException("not open");
    }
    return open;
  }

  /** The next token; fails at the end of the bytes. */
  public JsonToken next() throws IOException, DecodeException {
    if (quick) {
      return tokens.next();
    }
    JsonToken token = parser().nextToken();
    if (token == null) {
      throw new DecodeException(
          DeadLetterCode.TRUNCATED, "the JSON ends before its object is complete");
    }
    switch (token.id()) {
      case JsonTokenId.ID_START_OBJECT, JsonTokenId.ID_START_ARRAY -> {
        if (++depth > maxDepth) {
          throw new DecodeException(
              DeadLetterCode.TOO_DEEP, "expected at most " + maxDepth + " levels of nesting");
        }
      }
      case JsonTokenId.ID_END_OBJECT, JsonTokenId.ID_END_ARRAY -> depth--;
      case JsonTokenId.ID_NUMBER_FLOAT -> {
        if (parser().isNaN()) {
          throw new DecodeException(
              DeadLetterCode.NOT_A_NUMBER,
              "byte " + tokenStart() + ": expected JSON, which has neither NaN nor Infinity");
        }
      }
      case JsonTokenId.ID_STRING -> {
        if (loneSurrogates) {
          checkPairs(parser().getText());
        }
      }
      case JsonTokenId.ID_FIELD_NAME -> {
        if (loneSurrogates) {
          checkPairs(parser().currentName());
        }
      }
      default -> {}
    }
    return token;
  }

  /** The next key of the current object; null at the object's end. */
  public @Nullable String nextKey() throws IOException, DecodeException {
    return toNextKey() ? key() : null;
  }

  /** Passes to the next key of the current object; false at the object's end. */
  boolean toNextKey() throws IOException, DecodeException {
    if (quick) {
      return tokens.nextKey();
    }
    String next = parser().nextFieldName();
    if (next == null) {
      depth--;
      return false;
    } else if (loneSurrogates) {
      checkPairs(next);
    }
    key = next;
    return true;
  }

  /** The key that was passed to last. */
  String key() {
    return quick ? tokens.keys().text() : key;
  }

  /** The member of an object under the key that was passed to last; null if there is none. */
  ObjectKeys.@Nullable Member member(ObjectKeys object) {
    return quick ? object.find(tokens.keys(), bytes) : object.find(key);
  }

  /** Adds the latest key to those of its object; false if it is there already. Only if quick. */
  boolean addKey() {
    return tokens.keys().add();
  }

  /** An empty set for the keys of the object that is current; valid until it ends. */
  public SeenKeys keys() {
    if (depth >= keys.length) {
      keys = Arrays.copyOf(keys, 2 * depth);
    }
    SeenKeys set = keys[depth];
    if (set == null) {
      set = new SeenKeys();
      keys[depth] = set;
    }
    set.clear();
    return set;
  }

  /** The decoded text of a string token. */
  public String text() throws IOException {
    if (quick) {
      return sentText().toString();
    }
    int from = tokenStart() + 1;
    int to = ByteScan.quoteOrBackslash(bytes, from, bytes.length);
    return to < bytes.length && bytes[to] == '"'
        ? new String(bytes, from, to - from, StandardCharsets.UTF_8)
        : parser().getText();
  }

  /** The decoded text of a string token: a slice of the bytes, if there are no escapes in it. */
  public Object slicedText() throws IOException {
    Object sent = sentText();
    if (sent instanceof Utf8Slice slice && slice.escapes() != null) {
      Utf8Slice text = UnescapeString.string(bytes, slice.sentFrom());
      return text == null ? parser().getText() : text;
    }
    return sent;
  }

  /**
   * The text of a string token as a slice of the bytes, perhaps with escapes. These may be invalid
   * until Jackson passes to the next token, so only an event that is complete may use the text.
   */
  Object sentText() throws IOException {
    if (quick) {
      int first = tokens.tokenFrom() + 1;
      return new Utf8Slice(
          bytes, first, tokens.tokenTo() - 1 - first, tokens.isEscaped() ? Escapes.JSON : null);
    }
    int from = tokenStart() + 1;
    int to = ByteScan.quoteOrBackslash(bytes, from, bytes.length);
    if (to < bytes.length && bytes[to] == '"') {
      return new Utf8Slice(bytes, from, to - from);
    }
    to = ByteScan.closingQuote(bytes, to);
    return to == bytes.length
        ? parser().getText()
        : new Utf8Slice(bytes, from, to - from, Escapes.JSON);
  }

  /** How many characters a number or a word has. */
  public int numberLength() throws IOException {
    return quick ? tokens.tokenTo() - tokens.tokenFrom() : parser().getTextLength();
  }

  /** A number token as it was sent. */
  public String numberText() throws IOException {
    return quick
        ? new String(bytes, tokens.tokenFrom(), numberLength(), StandardCharsets.US_ASCII)
        : parser().getText();
  }

  /** An integer token of at most 18 characters. */
  public long shortInteger() throws IOException {
    return quick ? tokens.integer() : parser().getLongValue();
  }

  /** Whether nothing follows on a number token: then it may have been cut. */
  boolean numberEndsInput() throws IOException {
    return tokenStart() + numberLength() == bytes.length;
  }

  /** Whether the innermost open value is an array. */
  public boolean inArray() {
    return parser().getParsingContext().inArray();
  }

  /** The bytes being read; a slice is part of them. */
  public byte[] bytes() {
    return bytes;
  }

  /** Where the slice taken last begins. */
  public int sliceFrom() {
    return sliceFrom;
  }

  /** Where the slice taken last ends. */
  public int sliceTo() {
    return sliceTo;
  }

  /** The slice taken last, as text. */
  String sliceText() {
    return new String(bytes, sliceFrom, sliceTo - sliceFrom, StandardCharsets.UTF_8);
  }

  /** The slice taken last, without a copy. */
  Utf8Slice slice() {
    return new Utf8Slice(bytes, sliceFrom, sliceTo - sliceFrom);
  }

  /** Takes the key that is the current token, with its quotes, as the slice. */
  public void sliceKey() throws IOException {
    if (quick) {
      sliceFrom = tokens.tokenFrom();
      sliceTo = tokens.tokenTo();
    } else {
      sliceString(tokenStart());
    }
  }

  /**
   * Takes the value that begins with the current token as the slice, and passes to its last token.
   */
  public void sliceValue(JsonToken token) throws IOException, DecodeException {
    if (quick) {
      sliceFrom = tokens.tokenFrom();
      if (token.isStructStart()) {
        tokens.passChildren();
        sliceTo = tokens.position();
      } else {
        sliceTo = tokens.tokenTo();
      }
      return;
    }
    int from = tokenStart();
    switch (token.id()) {
      case JsonTokenId.ID_STRING -> sliceString(from);
      case JsonTokenId.ID_START_OBJECT, JsonTokenId.ID_START_ARRAY -> {
        passChildren(token);
        sliceFrom = from;
        sliceTo = position();
      }
      default -> {
        sliceFrom = from;
        sliceTo = from + numberLength();
      }
    }
  }

  private void sliceString(int quote) throws IOException {
    int at = ByteScan.closingQuote(bytes, quote + 1);
    if (at == bytes.length) {
      // Without an end it is not valid, and Jackson knows in which way.
      parser().finishToken();
    }
    sliceFrom = quote;
    sliceTo = Math.min(at + 1, bytes.length);
  }

  private void passChildren(JsonToken start) throws IOException, DecodeException {
    int outer = depth - 1;
    if (start == JsonToken.START_OBJECT) {
      keys();
    }
    while (depth > outer) {
      JsonToken token = next();
      if (token == JsonToken.FIELD_NAME) {
        String key = parser().currentName();
        SeenKeys set = keys[depth];
        if (set != null && !set.add(key)) {
          throw SeenKeys.duplicate(SeenKeys.path(parser().getParsingContext().getParent()), key);
        }
      } else if (token == JsonToken.START_OBJECT) {
        keys();
      }
    }
  }

  /** Where the current token begins in the bytes. */
  private int tokenStart() {
    if (quick) {
      return tokens.tokenFrom();
    }
    return base + (int) parser().currentTokenLocation().getByteOffset();
  }

  /** Where the next byte to be read stands. */
  public int position() {
    return quick ? tokens.position() : base + (int) parser().currentLocation().getByteOffset();
  }

  private void checkPairs(String text) throws DecodeException {
    if (SyntaxErrors.hasLoneSurrogate(text)) {
      throw new DecodeException(
          DeadLetterCode.LONE_SURROGATE,
          "byte " + tokenStart() + ": expected both halves of a surrogate pair in this string");
    }
  }
}
