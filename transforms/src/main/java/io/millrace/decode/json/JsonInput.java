package io.millrace.decode.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.JsonTokenId;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
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
 * <p>Strings are the bulk of an event. Jackson skips one that nobody asks for without copying it,
 * and checks it on the way; so a string without escapes is made from the bytes at once, and Jackson
 * is only asked for those with escapes.
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

  /** Prepares for JSON with so many levels of nesting at most. */
  public JsonInput(int maxDepth) {
    this.maxDepth = maxDepth;
    this.factory =
        new QuickSkipParser.Factory(
            new JsonFactoryBuilder()
                // Keys come from outside: they must neither fill the JVM's table of interned
                // strings nor fail an event because their hashes collide.
                .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                .disable(JsonFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW)
                // As tokens they get a code of their own
                .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                // The contract's limits are the limits
                .streamReadConstraints(
                    StreamReadConstraints.builder()
                        .maxNestingDepth(maxDepth + 2)
                        .maxNumberLength(Integer.MAX_VALUE)
                        .maxStringLength(Integer.MAX_VALUE)
                        .maxNameLength(Integer.MAX_VALUE)
                        .build()));
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
    bytes = json;
    base = from;
    depth = 0;
    loneSurrogates = mayHoldLoneSurrogates;
    parser = factory.createParser(json, from, json.length - from);
    return next();
  }

  /** Gives the parser's buffers back; safe to call twice. */
  public void close() {
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
    String key = parser().nextFieldName();
    if (key == null) {
      depth--;
    } else if (loneSurrogates) {
      checkPairs(key);
    }
    return key;
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

  /** How many characters a number token has. */
  public int numberLength() throws IOException {
    return parser().getTextLength();
  }

  /** A number token as it was sent. */
  public String numberText() throws IOException {
    return parser().getText();
  }

  /** An integer token of at most 18 characters. */
  public long shortInteger() throws IOException {
    return parser().getLongValue();
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
    sliceString(tokenStart());
  }

  /**
   * Takes the value that begins with the current token as the slice, and passes to its last token.
   */
  public void sliceValue(JsonToken token) throws IOException, DecodeException {
    int from = tokenStart();
    switch (token.id()) {
      case JsonTokenId.ID_STRING -> sliceString(from);
      case JsonTokenId.ID_START_OBJECT, JsonTokenId.ID_START_ARRAY -> {
        passChildren(token);
        sliceFrom = from;
        sliceTo = position();
      }
      case JsonTokenId.ID_TRUE, JsonTokenId.ID_NULL -> {
        sliceFrom = from;
        sliceTo = from + 4;
      }
      case JsonTokenId.ID_FALSE -> {
        sliceFrom = from;
        sliceTo = from + 5;
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
          throw SeenKeys.duplicate(pathOfObject(), key);
        }
      } else if (token == JsonToken.START_OBJECT) {
        keys();
      }
    }
  }

  /** The path from the top of the event to the object that is open. */
  private String pathOfObject() {
    StringBuilder path = new StringBuilder();
    appendPath(parser().getParsingContext().getParent(), path);
    return path.toString();
  }

  private static void appendPath(@Nullable JsonStreamContext context, StringBuilder path) {
    if (context == null || context.inRoot()) {
      return;
    }
    appendPath(context.getParent(), path);
    if (context.inArray()) {
      path.append('[').append(context.getCurrentIndex()).append(']');
    } else {
      path.append(path.length() == 0 ? "" : ".");
      SeenKeys.appendKey(context.getCurrentName(), path);
    }
  }

  /** Where the current token begins in the bytes. */
  private int tokenStart() {
    return base + (int) parser().currentTokenLocation().getByteOffset();
  }

  /** Where the next byte to be read stands. */
  public int position() {
    return base + (int) parser().currentLocation().getByteOffset();
  }

  private void checkPairs(String text) throws DecodeException {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
      } else if (Character.isSurrogate(c)) {
        throw new DecodeException(
            DeadLetterCode.LONE_SURROGATE,
            "byte " + tokenStart() + ": expected both halves of a surrogate pair in this string");
      }
    }
  }
}
