package io.millrace.decode;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.decode.Utf8Validator.Result;
import io.millrace.decode.json.Decoding;
import io.millrace.text.Utf8;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against the JDK's decoder, which is strict too. */
class Utf8ValidatorTest {
  private final Utf8Validator validator = new Utf8Validator();
  private final CharsetDecoder jdk =
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT);
  private final CharBuffer chars = CharBuffer.allocate(512);

  private void agrees(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    chars.clear();
    CoderResult result = jdk.reset().decode(in, chars, false);
    Result expected = result.isError() ? Result.INVALID : Result.VALID;
    if (!result.isError() && in.hasRemaining()) {
      // The JDK waits for the end of a character that is wrong by its second byte already.
      byte[] cut = Arrays.copyOfRange(bytes, in.position(), bytes.length);
      expected = canBeCompleted(cut) ? Result.INCOMPLETE : Result.INVALID;
    }
    int firstInvalid = Utf8.firstInvalid(bytes, 0, bytes.length);
    if (firstInvalid != in.position()) {
      assertEquals(in.position(), firstInvalid, Arrays.toString(bytes));
    }
    Result found = validator.check(bytes, 0);
    if (expected != found || (found != Result.VALID && in.position() != validator.position())) {
      assertEquals(
          expected + " at " + in.position(),
          found + " at " + validator.position(),
          Arrays.toString(bytes));
    }
  }

  private static boolean canBeCompleted(byte[] cut) {
    for (int second : new int[] {0x80, 0x90, 0xa0}) {
      for (int more = 1; more <= 3; more++) {
        byte[] whole = Arrays.copyOf(cut, cut.length + more);
        Arrays.fill(whole, cut.length, whole.length, (byte) 0x80);
        if (cut.length == 1) {
          whole[1] = (byte) second;
        }
        String text = new String(whole, StandardCharsets.UTF_8);
        if (text.codePointCount(0, text.length()) == 1 && text.indexOf(0xfffd) < 0) {
          return true;
        }
      }
    }
    return false;
  }

  @Test
  void everySequenceOfUpToThreeBytes() {
    for (int a = 0; a < 256; a++) {
      agrees(new byte[] {(byte) a});
      for (int b = 0; b < 256; b++) {
        agrees(new byte[] {(byte) a, (byte) b});
        for (int c = 0; a > 127 && c < 256; c++) {
          agrees(new byte[] {(byte) a, (byte) b, (byte) c});
        }
      }
    }
  }

  @Test
  void everySequenceOfFourBytesAtTheBounds() {
    int[] bounds = {0, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc2, 0xff};
    for (int a = 0xe0; a < 256; a++) {
      for (int b : bounds) {
        for (int c : bounds) {
          for (int d : bounds) {
            agrees(new byte[] {(byte) a, (byte) b, (byte) c, (byte) d});
          }
        }
      }
    }
  }

  @Test
  void everyCharacterAtEveryPlaceInABlock() {
    for (int codePoint = 0; codePoint <= Character.MAX_CODE_POINT; codePoint += 37) {
      if (codePoint < Character.MIN_SURROGATE || codePoint > Character.MAX_SURROGATE) {
        String text = "x".repeat(codePoint % 70) + Character.toString(codePoint) + "y".repeat(9);
        assertEquals(Result.VALID, validator.check(Decoding.utf8(text), 0));
      }
    }
  }

  @Test
  void mutatedText() {
    Random random = new Random(5);
    byte[] text =
        Decoding.utf8("plain text of more than one block, é, €, 😀 and \\u0041 more".repeat(2));
    for (int i = 0; i < 200_000; i++) {
      byte[] bytes = Arrays.copyOf(text, 1 + random.nextInt(text.length));
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      agrees(bytes);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          \\ud83d | true
          \\uD800 | true
          \\uDFFF | true
          \\udeAD | true
          \\ud7ff | false
          \\ue000 | false
          \\u00d8 | false
          \\nud83 | false
          \\\\u12 | false
          ud83d   | false
          \\ud83d\\ude00 | false
          \\uDBFF\\uDC00 | false
          \\ud83d\\ude00\\ud83d\\ude00 | false
          \\ud83d\\ud83d\\ude00 | true
          \\ud83d\\ude00\\ude00 | true
          \\ud83d\\u0041 | true
          \\ude00\\ud83d | true
          \\ud83d-\\ude00 | true
          \\\\ud83d\\ude00 | true
          \\ud8   | true
          \\ud    | false
          \\u     | false
          \\      | false
          """)
  void notesLoneSurrogatesAtEveryPosition(String escape, boolean expected) {
    for (int before = 0; before < 70; before++) {
      for (int after : new int[] {0, 1, 7, 40}) {
        for (String filler : new String[] {"x", "\\", "é"}) {
          String text = filler.repeat(before) + " " + escape + "-".repeat(after);
          assertEquals(Result.VALID, validator.check(Decoding.utf8(text), 0));
          assertEquals(expected, validator.loneSurrogates(), text);
        }
      }
    }
  }
}
