package io.millrace.redact;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import com.google.re2j.Pattern;
import io.millrace.contract.Redaction.Action;
import io.millrace.contract.Redaction.Rule;
import io.millrace.contract.Redaction.Target;
import io.millrace.event.Utf8Slice;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TextPatternsTest {
  private static final String[] PATTERNS = {
    "[a-z]+@[a-z]+", "\\d{2,}", "é", "a\nb", "\\\\", "\"x", "/", "\u007f", "x|y", "a{0,1}@", "(?i)u"
  };
  private static final String[] PARTS = {
    "a", "b", "x", "\"", "\\", "/", "@", "1", "42", "u0040", "é", "\n", "\t", "\u007f", "😀", "u"
  };

  private static TextPatterns patterns(String... patterns) {
    return new TextPatterns(Arrays.stream(patterns).map(TextPatternsTest::mask).toList());
  }

  private static TextPatterns.Rule mask(String pattern) {
    Rule rule = new Rule(Target.PATTERN, pattern, List.of(), 0, Action.MASK, 0, null);
    return TextPatterns.Rule.of(pattern, new TextAction(rule, null, new boolean[1], 0));
  }

  private static boolean mayMatch(TextPatterns patterns, String json) {
    byte[] bytes = json.getBytes(UTF_8);
    return patterns.mayMatch(bytes, 0, bytes.length);
  }

  /** A text as JSON, each character in one of the ways that it may be written in. */
  private static String json(String text, Random random) {
    StringBuilder json = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      String letter =
          switch (c) {
            case '"', '\\', '/' -> "\\" + c;
            case '\n' -> "\\n";
            case '\t' -> "\\t";
            default -> String.valueOf(c);
          };
      boolean may = c == '/' && random.nextBoolean();
      String escape = (random.nextBoolean() ? "\\u%04x" : "\\u%04X").formatted((int) c);
      json.append(may ? "/" : random.nextInt(4) == 0 ? escape : letter);
    }
    return json.append('"').toString();
  }

  @Test
  void neverPassesOverATextThatMatches() {
    Random random = new Random(7);
    for (int round = 0; round < 20_000; round++) {
      StringBuilder text = new StringBuilder();
      for (int length = random.nextInt(12); length > 0; length--) {
        text.append(PARTS[random.nextInt(PARTS.length)]);
      }
      String[] some = {
        PATTERNS[random.nextInt(PATTERNS.length)], PATTERNS[random.nextInt(PATTERNS.length)]
      };
      TextPatterns patterns =
          random.nextBoolean() ? patterns(some) : patterns(some[random.nextInt(2)], some[0]);
      String json = json(text.toString(), random);
      byte[] plain = text.toString().getBytes(UTF_8);
      boolean matches = !patterns.apply(text.toString(), false).equals(text.toString());
      String told = json + " by " + Arrays.toString(some);
      if (matches) {
        assertThat(told, mayMatch(patterns, json), is(true));
        assertThat(told, patterns.mayMatch(new Utf8Slice(plain, 0, plain.length)), is(true));
      }
    }
  }

  @Test
  void passesOverTextsWithoutTheCharacter() {
    TextPatterns mail = patterns("[\\w.+-]+@[\\w-]+");
    assertThat(
        mayMatch(mail, "{\"a\":\"caf\\u00e9 \\n \\\\ \\ud83d\\ude00, and u0040\"}"), is(false));
    assertThat(mayMatch(mail, "{\"a\":\"a\\u0040b\"}"), is(true));
    assertThat(mayMatch(mail, "{\"a\":\"a@b\"}"), is(true));
    TextPatterns digits = patterns("\\d{5,}");
    assertThat(mayMatch(digits, "{\"a\":\"caf\\n\"}"), is(false));
    assertThat(mayMatch(digits, "{\"a\":\"\\u0034\"}"), is(true));
  }

  @Test
  void aControlIsNoCharacterToLookFor() {
    for (String pattern : List.of("a\nb", "\n", "\tx")) {
      assertThat(RequiredCharacter.of(pattern).chars().allMatch(c -> c >= ' '), is(true));
      assertThat(Pattern.compile(pattern).matcher(pattern).find(), is(true));
      String json = "{\"a\":\"" + pattern.replace("\n", "\\n").replace("\t", "\\t") + "\"}";
      assertThat(mayMatch(patterns(pattern), json), is(true));
    }
  }
}
