package io.millrace.expression;

import io.millrace.contract.FieldDefinition;
import io.millrace.event.RowValues;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A text with values: {@code "{errors} errors in {database_name}"}. Each pair of braces holds an
 * expression in CEL; two braces of a kind stand for the brace itself.
 *
 * <p>A floating-point number has six significant digits; an expression that is null or fails is a
 * question mark. Not thread-safe.
 */
public final class TextTemplate {
  private static final String NO_VALUE = "?";
  private static final MathContext DIGITS = new MathContext(6);

  /** A text, or an expression. */
  private record Part(String text, boolean isExpression) {}

  private final List<Object> parts;

  private TextTemplate(List<Object> parts) {
    this.parts = parts;
  }

  /** What is wrong with a template, on one line; null if it is valid. */
  public static @Nullable String problem(Expressions expressions, String template) {
    List<Part> parts;
    try {
      parts = parse(template);
    } catch (IllegalArgumentException e) {
      return e.getMessage();
    }
    for (Part part : parts) {
      if (part.isExpression) {
        String problem = expressions.problemOfValue(part.text);
        if (problem != null) {
          return "{" + part.text + "}: " + problem;
        }
        FieldDefinition type = expressions.inferred(part.text);
        if (type == null || !type.type().isScalar()) {
          return "{%s}: expected a text, number, boolean or time; it is of the type %s"
              .formatted(part.text, expressions.typeName(part.text));
        }
      }
    }
    return null;
  }

  /** The names of the fields that a valid template reads. */
  public static Set<String> fieldsOf(Expressions expressions, String template) {
    Set<String> names = new TreeSet<>();
    for (Part part : parse(template)) {
      if (part.isExpression) {
        expressions.fieldsOfValue(part.text).forEach(field -> names.add(field.name()));
      }
    }
    return names;
  }

  /** Compiles a valid template. */
  public static TextTemplate of(Expressions expressions, String template) {
    List<Object> parts = new ArrayList<>();
    for (Part part : parse(template)) {
      FieldDefinition type = part.isExpression ? expressions.inferred(part.text) : null;
      parts.add(type == null ? part.text : expressions.value(part.text, type));
    }
    return new TextTemplate(parts);
  }

  /** The text for a row. */
  public String of(RowValues row) {
    StringBuilder text = new StringBuilder();
    for (Object part : parts) {
      text.append(part instanceof RowValue value ? text(value.of(row)) : part);
    }
    return text.toString();
  }

  private static String text(@Nullable Object value) {
    if (value == null || value == RowValue.FAILED) {
      return NO_VALUE;
    }
    return value instanceof Double number
        ? BigDecimal.valueOf(number).round(DIGITS).stripTrailingZeros().toPlainString()
        : value.toString();
  }

  private static List<Part> parse(String template) {
    List<Part> parts = new ArrayList<>();
    StringBuilder text = new StringBuilder();
    int at = 0;
    while (at < template.length()) {
      char c = template.charAt(at);
      boolean twice = at + 1 < template.length() && template.charAt(at + 1) == c;
      if ((c == '{' || c == '}') && twice) {
        text.append(c);
        at += 2;
      } else if (c == '{') {
        int end = end(template, at + 1);
        parts.add(new Part(text.toString(), false));
        text.setLength(0);
        parts.add(new Part(template.substring(at + 1, end).strip(), true));
        at = end + 1;
      } else if (c == '}') {
        throw new IllegalArgumentException(
            "`}` at character %s without `{`; expected `}}` for a brace".formatted(at + 1));
      } else {
        text.append(c);
        at++;
      }
    }
    parts.add(new Part(text.toString(), false));
    return parts;
  }

  /** The position of the brace that ends an expression; braces in its texts do not count. */
  private static int end(String template, int from) {
    int open = 1;
    char quote = 0;
    for (int at = from; at < template.length(); at++) {
      char c = template.charAt(at);
      if (quote != 0) {
        if (c == '\\') {
          at++;
        } else if (c == quote) {
          quote = 0;
        }
      } else if (c == '\'' || c == '"') {
        quote = c;
      } else if (c == '{') {
        open++;
      } else if (c == '}' && --open == 0) {
        return at;
      }
    }
    throw new IllegalArgumentException(
        "`{` at character %s without `}`; expected `{{` for a brace".formatted(from));
  }
}
