package io.millrace.cli.init.guess;

import io.millrace.contract.FieldType;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/** Suggests which events report an application error. Only a suggestion: no sample proves it. */
public final class GuessErrorRule {
  private static final Set<String> LEVELS = Set.of("level", "severity", "loglevel");
  private static final Set<String> BAD =
      Set.of("error", "err", "fatal", "critical", "crit", "alert", "emergency");
  private static final Set<String> ERRORS =
      Set.of("error", "err", "exception", "error code", "error message", "failure", "stacktrace");

  private static final BigDecimal LEAST_STATUS = BigDecimal.valueOf(100);
  private static final BigDecimal LAST_STATUS = BigDecimal.valueOf(599);

  private GuessErrorRule() {}

  /** The value of a contract's {@code error}; empty if no field suggests one. */
  public static String of(List<FieldGuess> fields) {
    List<Function<FieldGuess, String>> rules =
        List.of(GuessErrorRule::present, GuessErrorRule::level, GuessErrorRule::status);
    return rules.stream()
        .flatMap(rule -> fields.stream().map(rule))
        .filter(found -> !found.isEmpty())
        .findFirst()
        .orElse("");
  }

  private static String words(FieldGuess field) {
    return String.join(" ", NameWords.of(field.key()));
  }

  /** A field for an error that only some events have. */
  private static String present(FieldGuess field) {
    return ERRORS.contains(words(field))
            && !field.inAll()
            && field.type().type() != FieldType.BOOLEAN
        ? "{field: " + YamlText.of(field.name()) + ", is: present}"
        : "";
  }

  private static String level(FieldGuess field) {
    FieldType type = field.type().type();
    boolean text = type == FieldType.STRING || type == FieldType.TEXT;
    if (!text || !LEVELS.contains(words(field).replace(" text", "").replace(" ", ""))) {
      return "";
    }
    Set<String> bad = new TreeSet<>();
    field.values().values().stream()
        .filter(value -> BAD.contains(value.toLowerCase(Locale.ROOT)))
        .forEach(bad::add);
    return bad.isEmpty()
        ? ""
        : "{field: " + YamlText.of(field.name()) + ", in: " + YamlText.list(List.copyOf(bad)) + "}";
  }

  /** The status of an HTTP response. */
  private static String status(FieldGuess field) {
    String words = words(field);
    ValueProfile values = field.values();
    boolean http =
        field.type().type() == FieldType.INT64
            && (words.endsWith("status") || words.endsWith("status code"))
            && values.numbers().stream()
                .allMatch(n -> n.compareTo(LEAST_STATUS) >= 0 && n.compareTo(LAST_STATUS) <= 0);
    return http ? field.name() + " >= 500" : "";
  }
}
