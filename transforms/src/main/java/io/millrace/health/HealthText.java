package io.millrace.health;

import java.util.Collection;

/**
 * A text with values of a condition on health: {@code "{topic} is {value} s behind"}. Two braces of
 * a kind stand for the brace itself.
 */
public final class HealthText {
  /** The name of the value on the left of the condition's comparison. */
  public static final String VALUE = "value";

  private HealthText() {}

  /**
   * The text as a template of Prometheus.
   *
   * @param names the names that may stand in braces
   * @throws HealthProblem if it is not valid
   */
  public static String template(String text, Collection<String> names) {
    StringBuilder template = new StringBuilder();
    int at = 0;
    while (at < text.length()) {
      char c = text.charAt(at);
      boolean twice = at + 1 < text.length() && text.charAt(at + 1) == c;
      if ((c == '{' || c == '}') && twice) {
        template.append("{{\"").append(c).append("\"}}");
        at += 2;
      } else if (c == '{') {
        int end = text.indexOf('}', at);
        if (end < 0) {
          throw new HealthProblem(
              "`{` at character %s without `}`; expected `{{` for a brace".formatted(at + 1));
        }
        template.append(value(text.substring(at + 1, end).strip(), names));
        at = end + 1;
      } else if (c == '}') {
        throw new HealthProblem(
            "`}` at character %s without `{`; expected `}}` for a brace".formatted(at + 1));
      } else {
        template.append(c);
        at++;
      }
    }
    return template.toString();
  }

  private static String value(String name, Collection<String> names) {
    if (!names.contains(name)) {
      throw new HealthProblem(
          "{%s}: expected %s"
              .formatted(
                  name,
                  names.isEmpty()
                      ? "no value here: the condition's metrics share no label"
                      : "one of " + String.join(", ", names)),
          name,
          names);
    }
    return name.equals(VALUE) ? "{{ $value }}" : "{{ $labels." + name + " }}";
  }
}
