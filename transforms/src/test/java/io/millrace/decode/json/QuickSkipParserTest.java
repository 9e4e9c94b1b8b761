package io.millrace.decode.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;

class QuickSkipParserTest {
  private static final JsonFactory JACKSON = new JsonFactory();
  private static final JsonFactory QUICK = new QuickSkipParser.Factory(new JsonFactoryBuilder());

  /** All that a reader sees who asks for some of the texts. */
  private static String seen(JsonFactory factory, byte[] json, int offset, long asked)
      throws IOException {
    StringBuilder all = new StringBuilder();
    try (JsonParser parser = factory.createParser(json, offset, json.length - offset)) {
      long choice = asked;
      JsonToken token;
      while ((token = parser.nextToken()) != null) {
        all.append(token).append('@').append(parser.currentTokenLocation().getByteOffset());
        choice = Long.rotateRight(choice, 1);
        if (token == JsonToken.FIELD_NAME || (choice & 1) != 0) {
          all.append(parser.getText());
        }
        all.append('\n');
      }
      all.append("end at ").append(parser.currentLocation().getByteOffset());
    } catch (JsonProcessingException e) {
      all.append(e.getOriginalMessage()).append(" at ").append(e.getLocation().getByteOffset());
    }
    return all.toString();
  }

  @Test
  void showsWhatJacksonShowsOfValidAndBrokenJson() throws IOException {
    Random random = new Random(7);
    int valid = 0;
    for (int i = 0; i < 40_000; i++) {
      String text = "@@@" + new RandomJson(random).object(4);
      if (random.nextInt(3) > 0) {
        text = broken(text, random);
      }
      byte[] json = text.getBytes(UTF_8);
      long asked = random.nextLong();
      String expected = seen(JACKSON, json, 3, asked);
      assertEquals(expected, seen(QUICK, json, 3, asked), text);
      valid += expected.contains("end at") ? 1 : 0;
    }
    assertTrue(valid > 10_000 && valid < 30_000, valid + " were valid");
  }

  /** Still UTF-8, without a zero: other bytes never come this far. */
  private static String broken(String text, Random random) {
    int at = text.offsetByCodePoints(3, random.nextInt(text.codePointCount(3, text.length())));
    return switch (random.nextInt(4)) {
      case 0 -> text.substring(0, at);
      case 1 -> text.substring(0, at) + (char) (1 + random.nextInt(0x1f)) + text.substring(at);
      case 2 -> text.substring(0, at) + "\\" + text.substring(at);
      default -> text.substring(0, at) + '"' + text.substring(at);
    };
  }
}
