package io.millrace.redact;

import io.millrace.contract.FieldDefinition;
import io.millrace.contract.IpText;

/**
 * Tells values of types that a pattern would make invalid from other texts, which may stand in
 * their place in a dead letter.
 */
final class DeclaredValues {
  private static final int DATE = 10;
  private static final int UUID = 36;

  private DeclaredValues() {}

  /** Whether a text has the form of a value of the field's type, and the type is no text. */
  static boolean isOf(FieldDefinition field, String text, boolean number) {
    return switch (field.type()) {
      case STRING, TEXT, JSON, MAP, ARRAY, RECORD -> false;
      case INT32, INT64, UINT64, FLOAT32, FLOAT64 -> number || (field.lenient() && isNumber(text));
      case DECIMAL -> number || isNumber(text);
      case BOOLEAN -> text.length() <= 1 || text.equals("true") || text.equals("false");
      case TIMESTAMP -> number || isTime(text);
      case UUID -> !number && text.length() == UUID && consists(text, "-abcdefABCDEF");
      case IPV4 -> IpText.ipv4(text) != null;
      case IPV6 -> IpText.ipv6(text) != null;
      case ENUM -> field.enumValues().contains(text);
    };
  }

  /** Whether a text is a number as JSON writes it, with at most one sign, point and exponent. */
  private static boolean isNumber(String text) {
    int digits = 0;
    boolean point = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean digit = c >= '0' && c <= '9';
      digits += digit ? 1 : 0;
      if (!digit && !(c == '-' && i == 0) && !(c == '.' && !point && digits > 0)) {
        return (c == 'e' || c == 'E') && digits > 0 && consists(text.substring(i + 1), "+-");
      }
      point |= c == '.';
    }
    return digits > 0;
  }

  private static boolean isTime(String text) {
    return text.length() > DATE
        && text.charAt(4) == '-'
        && text.charAt(7) == '-'
        && "Tt ".indexOf(text.charAt(DATE)) >= 0
        && consists(text, "-+:.,TtZz ");
  }

  /** Whether a text consists of digits and some other characters. */
  private static boolean consists(String text, String others) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if ((c < '0' || c > '9') && others.indexOf(c) < 0) {
        return false;
      }
    }
    return true;
  }
}
