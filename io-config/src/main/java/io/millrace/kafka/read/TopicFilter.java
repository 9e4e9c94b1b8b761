package io.millrace.kafka.read;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Topics by name and by pattern. In a pattern, {@code *} is any text, {@code ?} one character, and
 * {@code {a,b}} either text. A pattern never matches Kafka's internal topics ({@code __...}) and
 * the excluded ones; a name always matches. Immutable.
 *
 * @param expressions names and patterns; at least one
 * @param excluded topics that no pattern matches
 */
public record TopicFilter(List<String> expressions, Set<String> excluded) implements Serializable {
  private static final String INTERNAL = "__";
  private static final int LONGEST_NAME = 249;

  public TopicFilter {
    expressions = List.copyOf(expressions);
    excluded = Set.copyOf(excluded);
  }

  /**
   * Parses a comma-separated list.
   *
   * @throws IllegalArgumentException in one line that does not quote the list, if it is invalid
   */
  public static TopicFilter parse(String list) {
    List<String> expressions = split(list);
    for (String expression : expressions) {
      if (!isValid(expression)) {
        throw new IllegalArgumentException(
            "`"
                + expression
                + "` is not a valid topic name (letters, digits, dot, _ and -) or pattern (also *,"
                + " ? and {a,b})");
      }
    }
    return new TopicFilter(expressions, Set.of());
  }

  /** Splits at the commas outside of braces. */
  private static List<String> split(String list) {
    List<String> parts = new ArrayList<>();
    int from = 0;
    int depth = 0;
    for (int i = 0; i < list.length(); i++) {
      char c = list.charAt(i);
      if (c == '{') {
        depth++;
      } else if (c == '}') {
        depth--;
      } else if (c == ',' && depth == 0) {
        parts.add(list.substring(from, i));
        from = i + 1;
      }
    }
    parts.add(list.substring(from));
    return parts;
  }

  private static boolean isValid(String expression) {
    boolean inBraces = false;
    for (int i = 0; i < expression.length(); i++) {
      char c = expression.charAt(i);
      if (c == '{' && !inBraces) {
        inBraces = true;
      } else if (c == '}' && inBraces) {
        inBraces = false;
      } else if (!isNameCharacter(c) && c != '*' && c != '?' && !(c == ',' && inBraces)) {
        return false;
      }
    }
    return !expression.isEmpty() && expression.length() <= LONGEST_NAME && !inBraces;
  }

  private static boolean isNameCharacter(char c) {
    return c < 128 && (Character.isLetterOrDigit(c) || c == '.' || c == '_' || c == '-');
  }

  /** The same without topics that patterns would match. */
  public TopicFilter excluding(Collection<String> topics) {
    Set<String> more = new TreeSet<>(excluded);
    more.addAll(topics);
    return new TopicFilter(expressions, more);
  }

  public static boolean isPattern(String expression) {
    return !expression.chars().allMatch(c -> isNameCharacter((char) c));
  }

  public boolean hasPatterns() {
    return expressions.stream().anyMatch(TopicFilter::isPattern);
  }

  /** The topics given by name. */
  public List<String> names() {
    return expressions.stream().filter(expression -> !isPattern(expression)).toList();
  }

  /** The topics of these that match; those given by name always. Sorted. */
  public Set<String> of(Collection<String> existing) {
    Set<String> found = new TreeSet<>(names());
    for (String expression : expressions) {
      if (isPattern(expression)) {
        Pattern pattern = Pattern.compile(regex(expression));
        existing.stream()
            .filter(topic -> !topic.startsWith(INTERNAL) && !excluded.contains(topic))
            .filter(topic -> pattern.matcher(topic).matches())
            .forEach(found::add);
      }
    }
    return found;
  }

  private static String regex(String pattern) {
    StringBuilder regex = new StringBuilder();
    boolean inBraces = false;
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      switch (c) {
        case '*' -> regex.append(".*");
        case '?' -> regex.append('.');
        case '{' -> {
          regex.append("(?:");
          inBraces = true;
        }
        case '}' -> {
          regex.append(')');
          inBraces = false;
        }
        case ',' -> regex.append(inBraces ? "|" : ",");
        case '.' -> regex.append("\\.");
        default -> regex.append(c);
      }
    }
    return regex.toString();
  }

  @Override
  public String toString() {
    return String.join(",", expressions);
  }
}
