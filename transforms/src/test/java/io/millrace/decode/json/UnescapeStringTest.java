package io.millrace.decode.json;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.event.Utf8Slice;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnescapeStringTest {
  private static final String[] PARTS = {
    "a",
    "plain text",
    "é",
    "€",
    "😀",
    "\\n",
    "\\r\\t",
    "\\b\\f",
    "\\/",
    "\\\"",
    "\\\\",
    "\\u0041",
    "\\u0000",
    "\\u00e9",
    "\\u20AC",
    "\\ud83d\\ude00",
    "\\uDBFF\\udfff",
    "\\uffff",
    "\\\\u0041"
  };

  /** As Jackson has it, wherever an escape stands. */
  @Test
  void agreesWithJackson() throws Exception {
    ObjectMapper jackson = new ObjectMapper();
    Random random = new Random(1);
    for (int i = 0; i < 50_000; i++) {
      StringBuilder json = new StringBuilder("\"");
      for (int n = random.nextInt(12); n > 0; n--) {
        json.append(PARTS[random.nextInt(PARTS.length)]);
      }
      json.append('"');
      Utf8Slice text = UnescapeString.string(Decoding.utf8(json + ",\"more\\n\""), 1);
      assertNotNull(text, json.toString());
      assertEquals(jackson.readValue(json.toString(), String.class), text.toString());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "no end",
        "\\",
        "\\\"",
        "\\x\"",
        "\\u12\"",
        "\\u12g4\"",
        "\\ud83d\"",
        "\\ude00\"",
        "\\ud83d\\u0041\"",
        "\\ude00\\ud83d\"",
        "\\ud83d\\ude0\"",
        "\\u00é1\""
      })
  void leavesTheRestToTheParser(String string) {
    assertThat(UnescapeString.string(Decoding.utf8(string), 0), nullValue());
  }

  @Test
  void keepsNoArrayThatIsMostlyEmpty() {
    Utf8Slice text = UnescapeString.string(Decoding.utf8("\\u0041".repeat(100) + "\""), 0);
    assertNotNull(text);
    assertThat(text.bytes().length, equalTo(100));
  }
}
