package io.millrace.redact;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import io.millrace.contract.Redaction.Action;
import io.millrace.contract.Redaction.Rule;
import io.millrace.contract.Redaction.Target;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TextActionTest {
  private static final String SECRET = "0123456789abcdef";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0123456789abcdef",
        "a secret of more than sixty-four bytes, which HMAC hashes before it uses it"
      })
  void hashIsHmacSha256(String secret) throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(secret.getBytes(UTF_8), "HmacSHA256"));
    byte[] text = "x Jane y".getBytes(UTF_8);
    mac.update(text, 2, 4);
    KeyedHash hash = new KeyedHash(secret);
    byte[] expected = mac.doFinal();
    assertThat(hash.hmac(text, 2, 6), is(expected));
    StringBuilder hex = new StringBuilder();
    for (int i = 0; i < 16; i++) {
      hex.append("%02x".formatted(expected[i]));
    }
    assertThat(new String(hash.of(text, 2, 6), 0, 32, UTF_8), is(hex.toString()));
  }

  @Test
  void recognizesItsOwnHashesOnly() {
    KeyedHash hash = new KeyedHash(SECRET);
    byte[] made = hash.of("Jane".getBytes(UTF_8), 0, 4);
    assertThat(hash.isHash(made, 0, made.length), is(true));
    assertThat(hash.of(made, 0, made.length), is(made));
    assertThat(new KeyedHash(SECRET + "2").isHash(made, 0, made.length), is(false));
    byte[] other = "da39a3ee5e6b4b0d3255bfef95601890afd80709".getBytes(UTF_8);
    assertThat(hash.isHash(other, 0, other.length), is(false));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[\\w.]+@[\\w.]+   | @",
        "\\d{3}-\\d{2}     | -",
        "\\d{5,}           | 0123456789",
        "\\d?              | ''",
        "a?b               | b",
        "(@)               | ''",
        "(?i)k@            | ''",
        "[@]               | ''",
        "x{0,1}            | ''",
        "\\.x              | .",
        "é                 | ''",
        "\\Qa@\\E          | ''",
        "a{2}\\+           | +"
      })
  void knowsCharactersThatAMatchNeeds(String pattern, String expected) {
    assertThat(RequiredCharacter.of(pattern), is(expected));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a 12 b 345       | a # b #",
        "12ab34           | #a#",
        "no digits        | no digits",
        "x12              | #",
        "1x2x3            | ###"
      })
  void joinsMatchesThatOverlap(String text, String expected) {
    boolean[] applied = new boolean[2];
    TextPatterns patterns =
        new TextPatterns(
            List.of(
                TextPatterns.Rule.of("\\d+", action(applied, 0)),
                TextPatterns.Rule.of("[a-z]\\d", action(applied, 1))));
    // "b3" and "34" overlap, as "x1" and "12"
    assertThat(patterns.apply(text, false).replace("***", "#"), is(expected));
  }

  private static TextAction action(boolean[] applied, int number) {
    Rule rule = new Rule(Target.PATTERN, "", List.of(), 0, Action.MASK, 0, null);
    return new TextAction(rule, null, applied, number);
  }
}
