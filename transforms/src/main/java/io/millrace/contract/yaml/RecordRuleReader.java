package io.millrace.contract.yaml;

import io.millrace.contract.FieldDefinition;
import io.millrace.contract.RecordRule;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Reads the {@code records} of a contract: an expression, or a mapping of topics and expression.
 */
final class RecordRuleReader {
  private static final String EXPECTED =
      "a condition over " + String.join(", ", names()) + " of a record";

  private RecordRuleReader() {}

  private static List<String> names() {
    return RecordRule.FIELDS.stream().map(FieldDefinition::name).toList();
  }

  static @Nullable RecordRule read(YamlNode node) {
    if (!node.isPresent()) {
      return null;
    }
    ConditionReader conditions = new ConditionReader(RecordRule.FIELDS);
    if (node.isString()) {
      return new RecordRule(List.of(), conditions.expression(node, EXPECTED));
    }
    node.allowOnlyDeclared();
    YamlNode topics = node.at("topics");
    YamlNode when = node.at("when");
    if (!topics.isPresent() && !when.isPresent()) {
      node.problem("expected `topics`, `when` or both");
    }
    List<String> named =
        topics.isString()
            ? List.of(topics.stringOr(""))
            : topics.isPresent() ? topics.distinctStrings() : List.of();
    if (topics.isPresent() && named.isEmpty()) {
      topics.problem("expected at least one topic");
    }
    return new RecordRule(named, when.isPresent() ? conditions.expression(when, EXPECTED) : null);
  }
}
