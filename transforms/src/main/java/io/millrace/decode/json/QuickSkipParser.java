package io.millrace.decode.json;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.io.IOContext;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.core.json.UTF8StreamJsonParser;
import com.fasterxml.jackson.core.sym.ByteQuadsCanonicalizer;
import io.millrace.text.ByteScan;
import java.io.IOException;

/**
 * Jackson's parser of bytes, which passes a string that nobody asks for eight bytes at a time
 * instead of one by one: strings are the bulk of an event, and each is passed, also one that was
 * taken from the bytes at once. What is wrong in a string is found and told by Jackson.
 *
 * <p>The bytes must be UTF-8: that is not looked at again. The parser is a subclass because passing
 * a string is the one step of Jackson's that can be replaced by itself.
 */
final class QuickSkipParser extends UTF8StreamJsonParser {

  /** Makes the parsers of byte arrays that begin with the first byte of UTF-8, and no mark. */
  static final class Factory extends JsonFactory {
    private static final long serialVersionUID = 1L;

    Factory(JsonFactoryBuilder settings) {
      super(settings);
    }

    /** Parsers that allow nothing but JSON, and so many levels of nesting. */
    static Factory strict(int maxDepth) {
      return new Factory(
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

    @Override
    protected JsonParser _createParser(byte[] data, int offset, int length, IOContext context) {
      context.setEncoding(JsonEncoding.UTF8);
      return new QuickSkipParser(
          context,
          _parserFeatures,
          _byteSymbolCanonicalizer.makeChildOrPlaceholder(_factoryFeatures),
          data,
          offset,
          offset + length);
    }
  }

  private QuickSkipParser(
      IOContext context,
      int features,
      ByteQuadsCanonicalizer names,
      byte[] data,
      int start,
      int end) {
    super(context, features, null, null, names, data, start, end, 0, false);
  }

  @Override
  protected void _skipString() throws IOException {
    int at = ByteScan.quoteBackslashOrControl(_inputBuffer, _inputPtr, _inputEnd);
    while (at < _inputEnd && _inputBuffer[at] == '\\') {
      _inputPtr = at + 1;
      _decodeEscaped();
      at = ByteScan.quoteBackslashOrControl(_inputBuffer, _inputPtr, _inputEnd);
    }
    _inputPtr = at;
    // What is left is a quote, or wrong.
    super._skipString();
  }
}
