package io.millrace.contract.yaml;

import io.millrace.contract.Condition;
import io.millrace.contract.Contract;
import io.millrace.contract.Durations;
import io.millrace.contract.FieldDefinition;
import io.millrace.contract.FieldType;
import io.millrace.contract.Measure;
import io.millrace.contract.Rollup;
import io.millrace.contract.RollupWindow;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Reads the {@code rollups} of a contract. */
record RollupReader(
    List<FieldDefinition> fields,
    Contract.TimeBounds time,
    @Nullable Condition error,
    Set<String> names) {
  private static final int MAX_OVERLAPPING = 1000;
  private static final String REASON =
      ": otherwise an event could miss its window without being late";

  List<Rollup> rollups(YamlNode node) {
    List<Rollup> rollups = new ArrayList<>();
    if (node.isPresent()) {
      node.entries().forEach((table, rollup) -> rollups.add(rollup(table, rollup)));
    }
    return List.copyOf(rollups);
  }

  private Rollup rollup(String table, YamlNode node) {
    node.allowOnlyDeclared();
    TableReader.addName(table, names, node);
    YamlNode early = node.at("early");
    Duration every = early.durationOrNull();
    if (every != null && every.toMillis() < 1000) {
      early.problem("expected at least 1s");
    }
    Rollup rollup =
        new Rollup(
            table,
            window(node.at("window")),
            groups(node.at("group_by")),
            new ConditionReader(fields).all(node.at("where")),
            measures(node.at("measures")),
            every,
            TableReader.ttl(node));
    Set<String> columns = new HashSet<>();
    for (FieldDefinition column : rollup.columns()) {
      if (!columns.add(column.name())) {
        node.at("measures")
            .problem("two columns have the name `" + column.name() + "`; expected distinct names");
      }
    }
    return rollup;
  }

  private RollupWindow window(YamlNode node) {
    node.allowOnlyDeclared();
    List<String> kinds = node.presentOfExactlyOne();
    if (kinds.size() != 1) {
      node.problem("expected one of fixed, sliding, session with a duration, such as {fixed: 1m}");
      return new RollupWindow(RollupWindow.Kind.FIXED, time.bucket(), time.bucket());
    }
    String kind = kinds.get(0);
    Duration size = node.at(kind).durationOr(time.bucket());
    if (!kind.equals("sliding") && node.at("every").isPresent()) {
      node.at("every").problem("only for sliding windows");
    }
    return switch (kind) {
      case "session" -> {
        if (size.compareTo(time.bucket()) < 0) {
          node.at(kind).problem("expected at least " + bucket() + REASON);
        }
        yield new RollupWindow(RollupWindow.Kind.SESSION, size, size);
      }
      case "sliding" -> {
        Duration every = node.at("every").durationOr(time.bucket());
        if (!node.at("every").isPresent()) {
          node.at("every")
              .problem("missing; expected the time between window starts, such as every: 1m");
        }
        requireMultiple(node.at("every"), every, time.bucket(), bucket());
        requireMultiple(node.at(kind), size, every, "`every`, " + Durations.format(every));
        if (!every.isZero() && size.dividedBy(every) > MAX_OVERLAPPING) {
          node.at("every").problem("expected at most " + MAX_OVERLAPPING + " overlapping windows");
        }
        yield new RollupWindow(RollupWindow.Kind.SLIDING, size, every);
      }
      default -> {
        requireMultiple(node.at(kind), size, time.bucket(), bucket());
        yield new RollupWindow(RollupWindow.Kind.FIXED, size, size);
      }
    };
  }

  private static void requireMultiple(YamlNode node, Duration size, Duration unit, String what) {
    if (unit.isZero() || size.isZero() || size.toMillis() % unit.toMillis() != 0) {
      node.problem("expected a multiple of " + what + REASON);
    }
  }

  private String bucket() {
    return "the bucket, " + Durations.format(time.bucket());
  }

  private List<FieldDefinition> groups(YamlNode node) {
    List<FieldDefinition> groups = new ArrayList<>();
    if (!node.isPresent()) {
      return groups;
    }
    for (String name : node.distinctStrings()) {
      FieldDefinition field = FieldReader.reference(node, name, fields);
      if (field == null) {
        continue;
      }
      boolean text = field.type() == FieldType.STRING || field.type() == FieldType.TEXT;
      if (!isGroup(field.type()) || (field.nullable() && !text)) {
        node.problem(
            "`"
                + name
                + "` cannot be a group; expected a string or text, or a required integer, boolean,"
                + " uuid, ipv4, ipv6 or enum");
      }
      groups.add(field);
    }
    return List.copyOf(groups);
  }

  private List<Measure> measures(YamlNode node) {
    List<Measure> measures = new ArrayList<>();
    if (!node.isObject()) {
      node.problem("expected at least one measure, such as queries: {type: count}");
      return measures;
    }
    for (Map.Entry<String, YamlNode> entry : node.entries().entrySet()) {
      FieldReader.checkColumnName(entry.getKey(), entry.getValue());
      measures.add(measure(entry.getKey(), entry.getValue()));
    }
    return List.copyOf(measures);
  }

  private Measure measure(String name, YamlNode node) {
    Measure.Kind kind = node.at("type").oneOf(Measure.Kind.COUNT);
    node.allowOnlyDeclared();
    if (kind == Measure.Kind.ERROR_RATE && error == null) {
      node.problem("error_rate needs the `error` rule of the contract");
    }
    FieldDefinition field =
        switch (kind) {
          case COUNT, COUNT_IF, ERROR_RATE -> null;
          case SUM, MEAN, QUANTILES -> measuredField(node, FieldType::isNumber);
          case MIN, MAX -> measuredField(node, RollupReader::isOrdered);
          case DISTINCT -> measuredField(node, RollupReader::isCountable);
        };
    Condition condition =
        switch (kind) {
          case COUNT_IF -> new ConditionReader(fields).read(node);
          case ERROR_RATE -> error;
          case COUNT, SUM, MIN, MAX, MEAN, QUANTILES, DISTINCT -> null;
        };
    List<BigDecimal> at =
        kind == Measure.Kind.QUANTILES ? quantiles(node.at("at")) : List.<BigDecimal>of();
    return new Measure(name, kind, field, condition, at);
  }

  /** Whether one of two values of the type is the smaller one. */
  private static boolean isOrdered(FieldType type) {
    return type.isNumber() || type == FieldType.TIMESTAMP;
  }

  /** Whether distinct values of the type can be counted. */
  private static boolean isCountable(FieldType type) {
    return switch (type) {
      case STRING, INT32, INT64, UINT64, FLOAT32, FLOAT64, DECIMAL, BOOLEAN, TIMESTAMP -> true;
      case UUID, IPV4, IPV6, ENUM, TEXT -> true;
      case JSON, MAP, ARRAY, RECORD -> false;
    };
  }

  /** Whether events can be grouped by a field of the type. */
  private static boolean isGroup(FieldType type) {
    return switch (type) {
      case STRING, INT32, INT64, UINT64, BOOLEAN, UUID, IPV4, IPV6, ENUM, TEXT -> true;
      case FLOAT32, FLOAT64, DECIMAL, TIMESTAMP, JSON, MAP, ARRAY, RECORD -> false;
    };
  }

  /** Reads the field of a measure; returns a substitute after a problem. */
  private FieldDefinition measuredField(YamlNode node, Predicate<FieldType> measurable) {
    FieldDefinition field = FieldReader.reference(node.at("field"), fields);
    if (field != null && measurable.test(field.type())) {
      return field;
    }
    if (field != null) {
      String expected =
          Arrays.stream(FieldType.values())
              .filter(measurable)
              .map(FieldType::contractName)
              .collect(Collectors.joining(", "));
      node.at("field")
          .problem(
              "`%s` has the type %s; expected one of %s"
                  .formatted(field.name(), field.type().contractName(), expected));
    }
    return FieldDefinition.column("", FieldType.INT64, true);
  }

  private static List<BigDecimal> quantiles(YamlNode node) {
    List<BigDecimal> at = new ArrayList<>();
    for (YamlNode element : node.elements()) {
      BigDecimal quantile = element.number();
      if (quantile != null && (quantile.signum() < 0 || quantile.compareTo(BigDecimal.ONE) > 0)) {
        element.problem("expected a number between 0 and 1, such as 0.95");
      } else if (quantile != null) {
        at.add(quantile);
      }
    }
    if (at.isEmpty()) {
      node.problem("expected a list of numbers between 0 and 1, such as [0.5, 0.95, 0.99]");
    }
    return List.copyOf(at);
  }
}
