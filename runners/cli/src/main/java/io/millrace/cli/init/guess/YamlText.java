package io.millrace.cli.init.guess;

import com.fasterxml.jackson.databind.node.TextNode;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Writes texts in YAML's flow style. */
public final class YamlText {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z_][A-Za-z0-9_./-]*");

  /** Words that are no texts without quotes. */
  private static final Set<String> WORDS =
      Set.of("true", "false", "yes", "no", "on", "off", "null", "y", "n");

  private YamlText() {}

  public static String of(String text) {
    return PLAIN.matcher(text).matches() && !WORDS.contains(text.toLowerCase(Locale.ROOT))
        ? text
        // YAML's double quotes have JSON's escapes.
        : new TextNode(text).toString();
  }

  public static String list(List<String> texts) {
    return texts.stream().map(YamlText::of).collect(Collectors.joining(", ", "[", "]"));
  }

  /** A path: keys with dots between them, or a list if a key needs it. */
  public static String path(List<String> keys) {
    return keys.stream().allMatch(ColumnNames::isPlain) ? of(String.join(".", keys)) : list(keys);
  }

  /** A comment must not end before its line. */
  public static String comment(String text) {
    return text.replaceAll("\\p{Cntrl}", " ").strip();
  }
}
