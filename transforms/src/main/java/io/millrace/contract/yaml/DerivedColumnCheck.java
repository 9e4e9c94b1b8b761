package io.millrace.contract.yaml;

import io.millrace.contract.Derivation;
import io.millrace.contract.FieldDefinition;
import io.millrace.contract.Redaction.Action;
import io.millrace.contract.Redaction.Rule;
import io.millrace.contract.Redaction.Target;
import io.millrace.expression.Expressions;
import java.util.List;

/**
 * Demands a rule for each derived column that is computed of a redacted field. Derived columns are
 * computed of the original values, so without a rule such a column may hold what must not stay.
 */
record DerivedColumnCheck(List<FieldDefinition> fields, List<Rule> rules) {
  void check(List<Derivation> derivations, YamlNode node) {
    if (rules.isEmpty()) {
      return;
    }
    for (Derivation derivation : derivations) {
      String column = derivation.name();
      if (rules.stream().anyMatch(rule -> isNamed(rule, column))) {
        continue;
      }
      new Expressions(before(column))
          .fieldsOfValue(derivation.value()).stream()
              .filter(field -> rules.stream().anyMatch(rule -> redacts(rule, field)))
              .findFirst()
              .ifPresent(
                  field ->
                      node.at(column)
                          .problem(
                              ("is computed of `%s`, which a rule redacts; expected a rule for it"
                                      + " too: {field: %s, do: …}, with do: keep if it may stay")
                                  .formatted(field.name(), column)));
    }
  }

  private List<FieldDefinition> before(String column) {
    return fields.stream().takeWhile(field -> !field.name().equals(column)).toList();
  }

  private static boolean isNamed(Rule rule, String column) {
    return rule.target() == Target.FIELD && rule.at().equals(column);
  }

  /** Whether a rule is about a field, about a part of it, or about what is around it. */
  private static boolean redacts(Rule rule, FieldDefinition field) {
    if (rule.action() == Action.KEEP) {
      return false;
    }
    int common = Math.min(rule.keys().size(), field.path().size());
    return isNamed(rule, field.name())
        || (common > 0
            && rule.above() == field.above()
            && RedactionReader.matches(
                rule.keys().subList(0, common), field.path().subList(0, common)));
  }
}
