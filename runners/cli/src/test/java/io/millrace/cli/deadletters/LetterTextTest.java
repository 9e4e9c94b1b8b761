package io.millrace.cli.deadletters;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import org.junit.jupiter.api.Test;

class LetterTextTest {
  private static String bounded(String text, int most) {
    return LetterText.bounded(text.getBytes(UTF_8), most);
  }

  @Test
  void textIsText() {
    assertThat(bounded("a\tü", 10), is("a\tü"));
    assertThat(bounded("", 10), is(""));
  }

  @Test
  void aCutMayFallIntoACharacter() {
    assertThat(bounded("aüb", 2), is("a … (2 more bytes)"));
    assertThat(bounded("a😀", 4), is("a … (1 more bytes)"));
    assertThat(bounded("abc", 0), is(" … (3 more bytes)"));
  }

  @Test
  void controlsAndOtherBytesAreHexadecimal() {
    assertThat(bounded("a\u0000b", 10), is("hex 610062"));
    assertThat(
        LetterText.bounded(new byte[] {(byte) 0xff, 0x41}, 1), is("hex ff … (1 more bytes)"));
  }
}
