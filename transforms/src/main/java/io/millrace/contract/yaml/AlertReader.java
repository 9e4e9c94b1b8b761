package io.millrace.contract.yaml;

import io.millrace.contract.Alert;
import io.millrace.contract.Alerts;
import io.millrace.contract.Durations;
import io.millrace.contract.FieldDefinition;
import io.millrace.contract.HealthAlert;
import io.millrace.contract.Rollup;
import io.millrace.expression.Expressions;
import io.millrace.expression.TextTemplate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Reads the {@code alerts} of a contract and their table.
 *
 * @param names the names of the contract's tables so far
 */
record AlertReader(List<Rollup> rollups, Set<String> names) {
  private static final Duration FORGET_AFTER = Duration.ofDays(7);

  /** Labels that every alert has. */
  private static final Set<String> RESERVED = Set.of("alertname", "contract");

  /** Keys that only an alert with {@code when} has. */
  private static final List<String> OF_CONDITIONS = List.of("for", "clear", "early");

  /** Keys that only an alert on health has. */
  private static final List<String> OF_HEALTH = List.of("by", "runbook");

  Alerts alerts(YamlNode node, YamlNode table, String normal) {
    if (table.isPresent()) {
      table.allowOnlyDeclared();
      if (!node.isPresent()) {
        table.problem("expected `alerts`: the contract has none for this table");
      }
    }
    if (!node.isPresent()) {
      return Alerts.NONE;
    }
    List<Alert> alerts = new ArrayList<>();
    List<HealthAlert> health = new ArrayList<>();
    for (Map.Entry<String, YamlNode> entry : node.entries().entrySet()) {
      YamlNode alert = entry.getValue();
      checkKeys(entry.getKey(), alert);
      if (isHealth(alert.at("on"))) {
        health.add(HealthAlertReader.alert(entry.getKey(), alert));
      } else {
        alerts.add(alert(entry.getKey(), alert));
      }
    }
    if (alerts.isEmpty()) {
      if (table.isPresent() && !health.isEmpty()) {
        table.problem("expected an alert on a roll-up: others have no table");
      }
      return new Alerts("", null, List.of(), health);
    }
    YamlNode name = table.at("name");
    String tableName = name.stringOr(normal + "_alerts");
    TableReader.addName(tableName, names, name.isPresent() ? name : node);
    return new Alerts(tableName, TableReader.ttl(table), alerts, health);
  }

  /** A roll-up may have the name, too. */
  private boolean isHealth(YamlNode on) {
    return on.raw().asText().equals(HealthAlertReader.HEALTH)
        && rollups.stream().noneMatch(rollup -> rollup.table().equals(HealthAlertReader.HEALTH));
  }

  private static void checkKeys(String name, YamlNode node) {
    if (!FieldReader.isColumnName(name)) {
      node.problem("expected an alert's name: letters, digits and _, not starting with a digit");
    }
    node.allowOnlyDeclared();
    if (node.presentOfExactlyOne().size() != 1) {
      node.problem("expected one of when, absent_for");
    }
  }

  private Alert alert(String name, YamlNode node) {
    boolean absence = node.at("absent_for").isPresent();
    for (String key : OF_HEALTH) {
      if (node.at(key).isPresent()) {
        node.at(key).problem("only with `on: health`");
      }
    }
    for (String key : OF_CONDITIONS) {
      if (absence && node.at(key).isPresent()) {
        node.at(key).problem("only with `when`");
      }
    }
    if (!absence && node.at("forget_after").isPresent()) {
      node.at("forget_after").problem("only with `absent_for`");
    }
    Rollup rollup = rollup(node.at("on"));
    boolean early = node.at("early").booleanOr(false);
    Duration hold = node.at("for").durationOr(Duration.ZERO);
    Duration absentFor = node.at("absent_for").durationOrNull();
    Duration forgetAfter = absence ? node.at("forget_after").durationOr(FORGET_AFTER) : null;
    if (absentFor != null && forgetAfter != null && forgetAfter.compareTo(absentFor) <= 0) {
      node.at("forget_after")
          .problem("expected more than absent_for, " + Durations.format(absentFor));
    }
    if (early && !hold.isZero()) {
      node.at("early").problem("expected no `for` beside it: that waits for closed windows");
    }
    if (rollup == null) {
      return new Alert(name, "", "", null, hold, early, absentFor, forgetAfter, Map.of(), "");
    }
    if (early && rollup.early() == null) {
      node.at("early")
          .problem("expected `early` in the roll-up `" + rollup.table() + "`, too: it has none");
    }
    requireMultiple(node.at("for"), hold, rollup, 0);
    requireMultiple(node.at("absent_for"), absentFor, rollup, 1);
    requireMultiple(node.at("forget_after"), forgetAfter, rollup, 1);
    List<FieldDefinition> columns = rollup.columns();
    Expressions expressions = new Expressions(columns);
    ConditionReader conditions = new ConditionReader(columns, expressions);
    String expected = "a condition over the columns of the roll-up `" + rollup.table() + "`";
    return new Alert(
        name,
        rollup.table(),
        absence ? null : conditions.expression(node.at("when"), expected),
        node.at("clear").isPresent() ? conditions.expression(node.at("clear"), expected) : null,
        hold,
        early,
        absentFor,
        forgetAfter,
        labels(node.at("labels"), rollup, expressions),
        template(node.at("summary"), expressions));
  }

  private @Nullable Rollup rollup(YamlNode node) {
    String name = node.string();
    if (name == null) {
      return null;
    }
    for (Rollup rollup : rollups) {
      if (rollup.table().equals(name)) {
        if (rollup.sessions()) {
          node.problem(
              "expected a roll-up with fixed or sliding windows; `" + name + "` has sessions");
          return null;
        }
        return rollup;
      }
    }
    List<String> known = new ArrayList<>(rollups.stream().map(Rollup::table).toList());
    known.add(HealthAlertReader.HEALTH);
    node.problem(
        "no roll-up `%s`; expected one of %s%s"
            .formatted(name, String.join(", ", known), NearestName.hint(name, known)));
    return null;
  }

  /** Results come every period, so that another duration would have no effect of its own. */
  private static void requireMultiple(
      YamlNode node, @Nullable Duration duration, Rollup rollup, long least) {
    long period = rollup.window().period().toMillis();
    if (duration == null || period <= 0) {
      return;
    }
    if (duration.toMillis() % period != 0 || duration.toMillis() / period < least) {
      node.problem(
          "expected a multiple of %s, the time between results of the roll-up `%s`"
              .formatted(Durations.format(rollup.window().period()), rollup.table()));
    }
  }

  /** Labels identify an alert, so they must be the same when it fires and when it is resolved. */
  private static Map<String, String> labels(YamlNode node, Rollup rollup, Expressions expressions) {
    Map<String, String> labels = new LinkedHashMap<>();
    for (Map.Entry<String, YamlNode> entry : labelNodes(node).entrySet()) {
      String text = template(entry.getValue(), expressions);
      labels.put(entry.getKey(), text);
      if (TextTemplate.problem(expressions, text) == null) {
        Set<String> others = TextTemplate.fieldsOf(expressions, text);
        rollup.groupBy().forEach(group -> others.remove(group.name()));
        if (!others.isEmpty()) {
          entry
              .getValue()
              .problem(
                  "`%s` changes from result to result; expected only fields of `group_by` here, and others in `summary`"
                      .formatted(others.iterator().next()));
        }
      }
    }
    return labels;
  }

  /** The declared labels, with their names checked. */
  static Map<String, YamlNode> labelNodes(YamlNode node) {
    if (!node.isPresent()) {
      return Map.of();
    }
    Map<String, YamlNode> labels = node.entries();
    labels.forEach(
        (name, text) -> {
          if (!FieldReader.isColumnName(name)) {
            text.problem(
                "expected a label's name: letters, digits and _, not starting with a digit");
          } else if (RESERVED.contains(name)) {
            text.problem("every alert has this label; expected another name");
          }
        });
    return labels;
  }

  private static String template(YamlNode node, Expressions expressions) {
    String text = node.stringOr("");
    String problem = TextTemplate.problem(expressions, text);
    if (problem != null) {
      node.problem(problem);
    }
    return text;
  }
}
