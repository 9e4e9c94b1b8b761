package io.millrace.cli.init.layout;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Reads JSON with every digit of its numbers. */
public final class JsonText {
  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build())
                  .build())
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.USE_BIG_INTEGER_FOR_INTS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          // Numbers keep their text.
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private JsonText() {}

  /** The object or array that bytes hold; null if they hold anything else. */
  public static @Nullable JsonNode container(byte[] bytes) {
    int first = first(bytes);
    if (first != '{' && first != '[') {
      return null;
    }
    try {
      return MAPPER.readTree(bytes);
    } catch (IOException e) {
      return null;
    }
  }

  /** The first byte that is no white space; -1 if there is none. */
  public static int first(byte[] bytes) {
    for (byte b : bytes) {
      if (b != ' ' && b != '\t' && b != '\r' && b != '\n') {
        return b & 0xff;
      }
    }
    return -1;
  }

  /**
   * The documents that follow each other.
   *
   * @param cut whether the end is missing; else bytes that are no JSON give no documents
   */
  static List<JsonNode> documents(byte[] bytes, boolean cut) {
    List<JsonNode> documents = new ArrayList<>();
    ObjectReader reader =
        MAPPER.readerFor(JsonNode.class).without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    try (JsonParser parser = MAPPER.createParser(bytes)) {
      while (parser.nextToken() != null) {
        documents.add(reader.readTree(parser));
      }
    } catch (IOException e) {
      return cut ? documents : List.of();
    }
    return documents;
  }

  /** Why bytes are not read as JSON, as {@code line 3, column 7}; empty if they are. */
  static String problem(byte[] bytes) {
    try {
      JsonNode unused = MAPPER.readTree(bytes);
      return "";
    } catch (StreamConstraintsException e) {
      return "nested too deeply, or with a number or a name of too many characters";
    } catch (JsonProcessingException e) {
      return "line %s, column %s"
          .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr());
    } catch (IOException e) {
      return "line 1, column 1";
    }
  }

  static byte[] bytes(JsonNode node) {
    return node.toString().getBytes(StandardCharsets.UTF_8);
  }
}
