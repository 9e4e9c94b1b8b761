package io.millrace.cli.init.guess;

import io.millrace.contract.FieldType;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/** Suggests which events report an application error. Only a suggestion: no sample proves it. */
public final class GuessErrorRule {
  private static final Set<String> LEVELS = Set.of("level", "severity", "loglevel");
  private static final Set<String> BAD =
      Set.of("error", "err", "fatal", "critical", "crit", "alert", "emergency");
  private static final Set<String> ERRORS =
      Set.of("error", "err", "exception", "error code", "error message", "failure", "stacktrace");

  private GuessErrorRule() {}

  /** The value of a contract's {@code error}; empty if no field suggests one. */
  public static String of(List<FieldGuess> fields) {
    for (FieldGuess field : fields) {
      String words = String.join(" ", NameWords.of(field.key()));
      String rule = rule(field, words);
      if (!rule.isEmpty()) {
        return rule;
      }
    }
    return "";
  }

  private static String rule(FieldGuess field, String words) {
    String name = YamlText.of(field.name());
    ValueProfile values = field.values();
    FieldType type = field.type().type();
    if (ERRORS.contains(words) && !field.inAll() && type != FieldType.BOOLEAN) {
      return "{field: " + name + ", is: present}";
    }
    boolean text = type == FieldType.STRING || type == FieldType.TEXT;
    if (text && LEVELS.contains(words.replace(" text", "").replace(" ", ""))) {
      Set<String> bad = new TreeSet<>();
      values.values().stream()
          .filter(value -> BAD.contains(value.toLowerCase(Locale.ROOT)))
          .forEach(bad::add);
      return bad.isEmpty()
          ? ""
          : "{field: " + name + ", in: " + YamlText.list(List.copyOf(bad)) + "}";
    }
    boolean status = words.endsWith("status") || words.endsWith("status code");
    boolean http =
        type == FieldType.INT64
            && values.least().compareTo(BigDecimal.valueOf(100)) >= 0
            && values.greatest().compareTo(BigDecimal.valueOf(599)) <= 0;
    return status && http ? field.name() + " >= 500" : "";
  }
}
