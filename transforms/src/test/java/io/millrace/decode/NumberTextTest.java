package io.millrace.decode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NumberTextTest {
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

  @ParameterizedTest
  @ValueSource(strings = {"0", "-0", "7", "10", "-1234567890123456789012345678901234567890"})
  void isAnInteger(String text) {
    assertTrue(NumberText.isInteger(text));
    assertTrue(NumberText.isNumber(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0", "-1.50", "1e5", "1E+5", "1e-05", "-0.1e99999999999999999999"})
  void isANumberAndNoInteger(String text) {
    assertFalse(NumberText.isInteger(text));
    assertTrue(NumberText.isNumber(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "-",
        "+1",
        "01",
        "-01",
        "1.",
        ".5",
        "-.5",
        "1e",
        "1e+",
        "1e5.0",
        " 1",
        "1 ",
        "1\n",
        "1,5",
        "1_0",
        "0x1",
        "1f",
        "1d",
        "1L",
        "NaN",
        "Infinity",
        "-Infinity",
        "1-",
        "--1",
        "\u0661",
        "1.2.3"
      })
  void isNoNumber(String text) {
    assertFalse(NumberText.isInteger(text));
    assertFalse(NumberText.isNumber(text));
  }

  @Test
  void agreesWithAJsonParserOnRandomTexts() {
    Random random = new Random(5);
    int numbers = 0;
    for (int i = 0; i < 200_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int n = random.nextInt(7); n >= 0; n--) {
        text.append("001239-+.eE".charAt(random.nextInt(11)));
      }
      JsonNode node = null;
      try {
        node = JSON.readTree(text.toString());
      } catch (JsonProcessingException e) {
        // no number
      }
      boolean number = node != null && node.isNumber();
      numbers += number ? 1 : 0;
      assertEquals(number, NumberText.isNumber(text.toString()), text.toString());
      assertEquals(
          number && node.isIntegralNumber(),
          NumberText.isInteger(text.toString()),
          text.toString());
    }
    assertTrue(numbers > 10_000, numbers + " of these were numbers");
  }
}
