package io.millrace.contract.yaml;

import io.millrace.contract.FilterRule;
import io.millrace.contract.FilterRule.OnError;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Reads the {@code filter} of a contract: rules by name, each an expression or a mapping with
 * {@code when}, {@code keep} and {@code on_error}.
 */
record FilterReader(ConditionReader conditions) {
  List<FilterRule> rules(YamlNode node) {
    List<FilterRule> rules = new ArrayList<>();
    if (!node.isPresent()) {
      return rules;
    }
    for (Map.Entry<String, YamlNode> entry : node.entries().entrySet()) {
      rules.add(rule(entry.getKey(), entry.getValue()));
    }
    if (rules.isEmpty()) {
      node.problem("expected rules by name, such as pings: 'event_type == \"ping\"'");
    }
    return List.copyOf(rules);
  }

  private FilterRule rule(String name, YamlNode node) {
    if (!FieldReader.isColumnName(name)) {
      node.problem("expected a rule's name: letters, digits and _, not starting with a digit");
    }
    if (node.isString()) {
      return new FilterRule(name, conditions.expression(node), 0, OnError.NULL);
    }
    node.allowOnlyDeclared();
    YamlNode when = node.at("when");
    YamlNode keep = node.at("keep");
    if (!when.isPresent() && !keep.isPresent()) {
      node.problem("filters every event; expected `when`, `keep` or both");
    }
    if (!when.isPresent() && node.at("on_error").isPresent()) {
      node.at("on_error").problem("only with `when`");
    }
    return new FilterRule(
        name,
        when.isPresent() ? conditions.expression(when) : null,
        share(keep),
        onError(node.at("on_error")));
  }

  private static OnError onError(YamlNode node) {
    // In YAML, a bare null is no text.
    return node.raw().isNull() || !node.isPresent() ? OnError.NULL : node.oneOf(OnError.NULL);
  }

  private static double share(YamlNode node) {
    if (!node.isPresent()) {
      return 0;
    }
    BigDecimal share = node.raw().isNumber() ? node.raw().decimalValue() : BigDecimal.ONE;
    if (share.signum() < 0 || share.compareTo(BigDecimal.ONE) >= 0) {
      node.problem("expected the share of events that stay, from 0 to less than 1, such as 0.1");
      return 0;
    }
    return share.doubleValue();
  }
}
