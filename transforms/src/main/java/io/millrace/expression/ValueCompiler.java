package io.millrace.expression;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.CelCall;
import dev.cel.common.types.CelType;
import dev.cel.common.types.NullableType;
import dev.cel.common.types.SimpleType;
import io.millrace.contract.FieldDefinition;
import io.millrace.contract.FieldType;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Makes a {@link RowValue} of a checked expression: fast ones for fields, constants, choices, texts
 * and arithmetic, and CEL's interpreter for the other parts.
 */
final class ValueCompiler {
  private final Expressions expressions;
  private final CelAbstractSyntaxTree ast;
  private final TestCompiler tests;

  ValueCompiler(Expressions expressions, CelAbstractSyntaxTree ast) {
    this.expressions = expressions;
    this.ast = ast;
    this.tests = new TestCompiler(expressions, ast);
  }

  /** The value as a column holds it. */
  RowValue compile(FieldDefinition column) {
    FieldDefinition source = field(ast.getExpr());
    if (source != null && source.type() == column.type() && !isDecimal(column)) {
      int index = index(ast.getExpr());
      return row -> row.raw(index);
    }
    RowValue value = value(ast.getExpr());
    return row -> {
      Object made = value.of(row);
      return made == RowValue.FAILED ? made : ColumnValues.converted(column, made);
    };
  }

  private static boolean isDecimal(FieldDefinition column) {
    return column.type() == FieldType.DECIMAL;
  }

  /** A CEL value, in which a text may be a slice; null for CEL's null. */
  private RowValue value(CelExpr expression) {
    RowValue fast =
        switch (expression.getKind()) {
          case CONSTANT -> constant(expression.constant());
          case IDENT -> copy(expression);
          case CALL -> call(expression);
          default -> null;
        };
    return fast == null ? expressions.interpretedValue(ast, expression) : fast;
  }

  private static @Nullable RowValue constant(CelConstant constant) {
    Object value =
        switch (constant.getKind()) {
          case STRING_VALUE -> FieldValues.slice(constant.stringValue());
          case INT64_VALUE -> constant.int64Value();
          case DOUBLE_VALUE -> constant.doubleValue();
          case BOOLEAN_VALUE -> constant.booleanValue();
          default -> null;
        };
    return value == null && constant.getKind() != CelConstant.Kind.NULL_VALUE ? null : row -> value;
  }

  private @Nullable RowValue copy(CelExpr expression) {
    FieldDefinition field = field(expression);
    if (field == null) {
      return null;
    }
    int index = index(expression);
    return switch (field.type()) {
      case STRING, TEXT, JSON, UUID, IPV4, IPV6, ENUM, INT64, FLOAT64, BOOLEAN, TIMESTAMP ->
          row -> row.raw(index);
      case INT32 ->
          row -> row.raw(index) instanceof Integer number ? (Long) number.longValue() : null;
      case DECIMAL ->
          // Exact if a column of decimals holds it; all else is computed with doubles.
          expression.id() == ast.getExpr().id()
              ? row -> row.raw(index)
              : row ->
                  row.raw(index) instanceof BigDecimal number
                      ? (Double) number.doubleValue()
                      : null;
      case FLOAT32, UINT64, MAP, ARRAY, RECORD -> null;
    };
  }

  private @Nullable RowValue call(CelExpr expression) {
    CelCall call = expression.call();
    List<CelExpr> args = call.args();
    CelType type = type(expression);
    if (call.function().equals("_?_:_")) {
      return FieldValues.choose(tests.test(args.get(0)), value(args.get(1)), value(args.get(2)));
    } else if (type.equals(SimpleType.BOOL)) {
      return FieldValues.flag(tests.test(expression));
    } else if (type.equals(SimpleType.STRING)) {
      return text(expression);
    } else if (type.equals(SimpleType.INT)) {
      return args.size() == 2 && allAre(args, SimpleType.INT)
          ? FieldValues.integers(call.function(), value(args.get(0)), value(args.get(1)))
          : null;
    } else if (type.equals(SimpleType.DOUBLE)) {
      return call.function().equals("double") && allAre(args, SimpleType.INT)
          ? FieldValues.toDouble(value(args.get(0)))
          : args.size() == 2 && allAre(args, SimpleType.DOUBLE)
              ? FieldValues.doubles(call.function(), value(args.get(0)), value(args.get(1)))
              : null;
    }
    return null;
  }

  private boolean allAre(List<CelExpr> args, CelType expected) {
    return args.stream().allMatch(arg -> type(arg).equals(expected));
  }

  private @Nullable RowValue text(CelExpr expression) {
    CelCall call = expression.call();
    List<CelExpr> args = call.args();
    CelExpr target = call.target().orElse(null);
    switch (call.function()) {
      case "_+_" -> {
        List<RowValue> parts = new ArrayList<>();
        parts(expression, parts);
        return FieldValues.join(parts.toArray(new RowValue[0]));
      }
      case "lowerAscii" -> {
        return target == null ? null : FieldValues.lower(value(target));
      }
      case "upperAscii" -> {
        return target == null ? null : FieldValues.upper(value(target));
      }
      case "string" -> {
        return allAre(args, SimpleType.INT) ? FieldValues.decimalText(value(args.get(0))) : null;
      }
      case "substring" -> {
        Integer from = index(args.get(0).getKind() == CelExpr.ExprKind.Kind.CONSTANT, args, 0);
        Integer to = args.size() == 1 ? (Integer) Integer.MAX_VALUE : index(true, args, 1);
        return target == null || from == null || to == null || from > to
            ? null
            : FieldValues.substring(value(target), from, to);
      }
      default -> {
        return null;
      }
    }
  }

  /** A position in a text that is a constant; null if it is none. */
  private static @Nullable Integer index(boolean possible, List<CelExpr> args, int at) {
    CelExpr arg = args.get(at);
    if (!possible
        || arg.getKind() != CelExpr.ExprKind.Kind.CONSTANT
        || arg.constant().getKind() != CelConstant.Kind.INT64_VALUE) {
      return null;
    }
    long value = arg.constant().int64Value();
    return value >= 0 && value < Integer.MAX_VALUE ? (Integer) (int) value : null;
  }

  /** The texts that a sum of texts joins, from left to right. */
  private void parts(CelExpr expression, List<RowValue> parts) {
    if (expression.getKind() == CelExpr.ExprKind.Kind.CALL
        && expression.call().function().equals("_+_")) {
      expression.call().args().forEach(arg -> parts(arg, parts));
    } else {
      parts.add(value(expression));
    }
  }

  private CelType type(CelExpr expression) {
    CelType type = ast.getType(expression.id()).orElse(SimpleType.DYN);
    return type instanceof NullableType nullable ? nullable.targetType() : type;
  }

  private @Nullable FieldDefinition field(CelExpr expression) {
    Integer index =
        expression.getKind() == CelExpr.ExprKind.Kind.IDENT
            ? expressions.indexOf(expression.ident().name())
            : null;
    return index == null ? null : expressions.field(index);
  }

  private int index(CelExpr field) {
    Integer index = expressions.indexOf(field.ident().name());
    if (index == null) {
      throw new IllegalStateException("no field " + field.ident().name());
    }
    return index;
  }
}
