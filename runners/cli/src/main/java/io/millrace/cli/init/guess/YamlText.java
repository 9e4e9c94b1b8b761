package io.millrace.cli.init.guess;

import com.fasterxml.jackson.databind.node.TextNode;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Writes texts in YAML's flow style. */
public final class YamlText {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z_][A-Za-z0-9_./-]*");

  /** Words that are no texts without quotes. */
  private static final Set<String> WORDS =
      Set.of("true", "false", "yes", "no", "on", "off", "null", "y", "n");

  /** What ends a line of YAML, is no character of it, or changes how a terminal shows a text. */
  private static final Pattern INVISIBLE =
      Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Cn}\\p{Co}\\p{Cs}\\p{Zl}\\p{Zp}]");

  private YamlText() {}

  public static String of(String text) {
    return PLAIN.matcher(text).matches() && !WORDS.contains(text.toLowerCase(Locale.ROOT))
        ? text
        // YAML's double quotes have JSON's escapes.
        : INVISIBLE.matcher(new TextNode(text).toString()).replaceAll(YamlText::escaped);
  }

  public static String list(List<String> texts) {
    return texts.stream().map(YamlText::of).collect(Collectors.joining(", ", "[", "]"));
  }

  /** A path: keys with dots between them, or a list if a key needs it. */
  public static String path(List<String> keys) {
    return keys.stream().allMatch(ColumnNames::isPlain) ? of(String.join(".", keys)) : list(keys);
  }

  private static String escaped(MatchResult invisible) {
    StringBuilder text = new StringBuilder();
    for (char c : invisible.group().toCharArray()) {
      text.append(String.format(Locale.ROOT, "\\\\u%04x", (int) c));
    }
    return text.toString();
  }

  /** A text in one line, for a comment or a message. */
  public static String comment(String text) {
    return INVISIBLE.matcher(text).replaceAll(" ").strip();
  }
}
