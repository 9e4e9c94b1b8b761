package io.millrace.decode.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.millrace.text.ByteScan;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link Decoding} compares the values that it gives with Jackson's, in all tests of JSON. */
class QuickTokensTest {
  private final QuickTokens tokens = new QuickTokens(8);

  /** Of valid JSON, only an object with a key with escapes is left to Jackson. */
  @Test
  void readsTheTokensThatJacksonReads() throws Exception {
    Random random = new Random(1);
    int complete = 0;
    for (int i = 0; i < 20_000; i++) {
      String json =
          "{ \"o\" : [ 1 , -0.5e+3 ,\ttrue,false , null, \"\\u00e9\\ud83d\\ude00\"],\n\"r\":"
              + new RandomJson(random).value(3)
              + "\r}";
      complete += readsAsJackson(json) ? 1 : 0;
    }
    assertTrue(complete > 10_000, complete + " were read");
  }

  private boolean readsAsJackson(String json) throws IOException {
    byte[] bytes = Decoding.utf8(json);
    try (JsonParser parser = new JsonFactory().createParser(bytes)) {
      JsonToken expected = parser.nextToken();
      JsonToken found = tokens.open(bytes, 0);
      boolean[] inArray = new boolean[10];
      int depth = 0;
      while (true) {
        assertEquals(expected, found, json);
        if (found.isStructStart()) {
          inArray[++depth] = found == JsonToken.START_ARRAY;
        } else if (found.isStructEnd() && --depth == 0) {
          assertEquals(bytes.length, tokens.position());
          return true;
        }
        expected = parser.nextToken();
        if (inArray[depth]) {
          found = tokens.next();
        } else if (expected == JsonToken.FIELD_NAME) {
          try {
            assertTrue(tokens.nextKey(), json);
          } catch (QuickTokens.Unusual e) {
            int at = (int) parser.currentTokenLocation().getByteOffset() + 1;
            int to = ByteScan.quoteOrBackslash(bytes, at, bytes.length);
            assertEquals('\\', bytes[to], json);
            return false;
          }
          assertEquals(parser.currentName(), tokens.keys().text());
          expected = parser.nextToken();
          found = tokens.next();
        } else {
          assertFalse(tokens.nextKey(), json);
          found = JsonToken.END_OBJECT;
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "{\"a\"",
        "{\"a\":",
        "{\"a\":1",
        "{\"a\":1,}",
        "{,}",
        "{\"a\" 1}",
        "{a:1}",
        "{\"a\":1 \"b\":2}",
        "{\"a\":[1,]}",
        "{\"a\":[,1]}",
        "{\"a\":[1 2]}",
        "{\"a\":[1}",
        "{\"a\":01}",
        "{\"a\":-}",
        "{\"a\":+1}",
        "{\"a\":.5}",
        "{\"a\":1.}",
        "{\"a\":1e}",
        "{\"a\":1e+}",
        "{\"a\":1x}",
        "{\"a\":NaN}",
        "{\"a\":-Infinity}",
        "{\"a\":nul}",
        "{\"a\":truex}",
        "{\"a\":True}",
        "{\"a\":\"\u0001\"}",
        "{\"a\":\"\\x\"}",
        "{\"a\":\"\\u12g4\"}",
        "{\"a\":\"\\ud83d\"}",
        "{\"a\":\"\\ude00\"}",
        "{\"a\":\"\\ud83d\\ud83d\"}",
        "{\"a\":\"\\ud83d\\n\"}",
        "{\"a\":\"",
        "{\"a\":\"\\",
        "{\"a\":\"\\u12",
        "{\"a\":1/**/}",
        "{\"a\":{\"b\":1,\"b\":2}}",
        "{\"\\u0061\":1}",
        "{\"a\":[[[[[[[[1]]]]]]]]}",
        "{\u00a0\"a\":1}"
      })
  void leavesTheRestToJackson(String json) {
    assertThrows(
        QuickTokens.Unusual.class,
        () -> {
          tokens.open(Decoding.utf8(json), 0);
          tokens.passChildren();
        });
  }

  /** More keys than are compared one by one, in each of two objects and in one around them. */
  @Test
  void findsADuplicateAmongManyKeys() throws Exception {
    StringBuilder many = new StringBuilder();
    for (int i = 0; i < 500; i++) {
      many.append(i == 0 ? "" : ",").append("\"key").append(i).append("\":").append(i);
    }
    String twice = "{%s,\"a\":{%s},\"b\":[{%s}]}".formatted(many, many, many);
    tokens.open(Decoding.utf8(twice), 0);
    tokens.passChildren();
    assertEquals(twice.length(), tokens.position());
    for (int duplicate : new int[] {0, 40, 47, 48, 49, 300, 499}) {
      String json = "{%s,\"b\":[{%s,\"key%d\":0}]}".formatted(many, many, duplicate);
      assertThrows(
          QuickTokens.Unusual.class,
          () -> {
            tokens.open(Decoding.utf8(json), 0);
            tokens.passChildren();
          });
    }
  }
}
