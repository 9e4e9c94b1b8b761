package io.millrace.expression;

import com.google.re2j.Pattern;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.CelCall;
import io.millrace.contract.FieldType;
import java.util.ArrayList;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Makes a {@link RowTest} of a checked expression: fast ones where a field meets a constant, and
 * CEL's interpreter for the other parts.
 */
final class TestCompiler {
  private final Expressions expressions;
  private final CelAbstractSyntaxTree ast;

  TestCompiler(Expressions expressions, CelAbstractSyntaxTree ast) {
    this.expressions = expressions;
    this.ast = ast;
  }

  RowTest compile() {
    return test(ast.getExpr());
  }

  /** A test by a part of the expression that is a condition. */
  RowTest test(CelExpr expression) {
    RowTest fast =
        switch (expression.getKind()) {
          case CONSTANT -> constant(expression.constant());
          case IDENT -> flag(expression);
          case CALL -> call(expression.call());
          default -> null;
        };
    return fast == null ? expressions.interpreted(ast, expression) : fast;
  }

  private static @Nullable RowTest constant(CelConstant constant) {
    if (constant.getKind() != CelConstant.Kind.BOOLEAN_VALUE) {
      return null;
    }
    int result = RowTest.of(constant.booleanValue());
    return row -> result;
  }

  private @Nullable RowTest flag(CelExpr expression) {
    Integer index = field(expression);
    return index == null || expressions.field(index).type() != FieldType.BOOLEAN
        ? null
        : FieldTests.isTrue(index);
  }

  private @Nullable RowTest call(CelCall call) {
    List<CelExpr> args = call.args();
    return switch (call.function()) {
      case "_&&_" -> RowTest.and(test(args.get(0)), test(args.get(1)));
      case "_||_" -> RowTest.or(test(args.get(0)), test(args.get(1)));
      case "!_" -> RowTest.not(test(args.get(0)));
      case "_?_:_" -> RowTest.choose(test(args.get(0)), test(args.get(1)), test(args.get(2)));
      case "_==_" -> equal(args);
      case "_!=_" -> {
        RowTest equal = equal(args);
        yield equal == null ? null : RowTest.not(equal);
      }
      case "_<_" -> compare(args, Order.LESS);
      case "_<=_" -> compare(args, Order.LESS_OR_EQUAL);
      case "_>_" -> compare(args, Order.GREATER);
      case "_>=_" -> compare(args, Order.GREATER_OR_EQUAL);
      case "@in" -> in(args);
      case "startsWith", "endsWith", "contains", "matches" -> text(call);
      default -> null;
    };
  }

  private @Nullable RowTest equal(List<CelExpr> args) {
    Integer index = field(args.get(0));
    CelConstant constant = literal(args.get(1));
    if (index == null) {
      index = field(args.get(1));
      constant = literal(args.get(0));
    }
    if (index == null || constant == null) {
      return null;
    }
    FieldType type = expressions.field(index).type();
    return switch (constant.getKind()) {
      case NULL_VALUE -> FieldTests.isNull(index);
      case STRING_VALUE ->
          isText(type) ? FieldTests.oneOf(index, List.of(constant.stringValue())) : null;
      case BOOLEAN_VALUE ->
          type == FieldType.BOOLEAN ? FieldTests.isEqual(index, constant.booleanValue()) : null;
      case INT64_VALUE -> isInteger(type) ? FieldTests.isEqual(index, constant.int64Value()) : null;
      case DOUBLE_VALUE ->
          isDouble(type) ? FieldTests.isEqual(index, constant.doubleValue()) : null;
      default -> null;
    };
  }

  private @Nullable RowTest compare(List<CelExpr> args, Order order) {
    Integer index = field(args.get(0));
    CelConstant constant = literal(args.get(1));
    Order from = order;
    if (index == null) {
      index = field(args.get(1));
      constant = literal(args.get(0));
      from = order.reversed();
    }
    if (index == null || constant == null) {
      return null;
    }
    FieldType type = expressions.field(index).type();
    return switch (constant.getKind()) {
      case INT64_VALUE ->
          isInteger(type) ? FieldTests.compare(index, from, constant.int64Value()) : null;
      case DOUBLE_VALUE ->
          isDouble(type) ? FieldTests.compare(index, from, constant.doubleValue()) : null;
      default -> null;
    };
  }

  private @Nullable RowTest in(List<CelExpr> args) {
    Integer index = field(args.get(0));
    if (index == null
        || !isText(expressions.field(index).type())
        || args.get(1).getKind() != CelExpr.ExprKind.Kind.LIST) {
      return null;
    }
    List<String> texts = new ArrayList<>();
    for (CelExpr element : args.get(1).list().elements()) {
      CelConstant constant = literal(element);
      if (constant == null || constant.getKind() != CelConstant.Kind.STRING_VALUE) {
        return null;
      }
      texts.add(constant.stringValue());
    }
    return FieldTests.oneOf(index, texts);
  }

  private @Nullable RowTest text(CelCall call) {
    CelExpr target = call.target().orElse(null);
    Integer index = target == null ? null : field(target);
    CelConstant constant = literal(call.args().get(0));
    if (index == null
        || !isText(expressions.field(index).type())
        || constant == null
        || constant.getKind() != CelConstant.Kind.STRING_VALUE) {
      return null;
    }
    String text = constant.stringValue();
    return switch (call.function()) {
      case "startsWith" -> FieldTests.startsWith(index, text);
      case "endsWith" -> FieldTests.endsWith(index, text);
      case "contains" -> FieldTests.contains(index, text);
      default -> FieldTests.matches(index, Pattern.compile(text));
    };
  }

  /** The index of the field that an expression is; null if it is something else. */
  private @Nullable Integer field(CelExpr expression) {
    return expression.getKind() == CelExpr.ExprKind.Kind.IDENT
        ? expressions.indexOf(expression.ident().name())
        : null;
  }

  private static @Nullable CelConstant literal(CelExpr expression) {
    return expression.getKind() == CelExpr.ExprKind.Kind.CONSTANT ? expression.constant() : null;
  }

  private static boolean isText(FieldType type) {
    return switch (type) {
      case STRING, TEXT, JSON, UUID, IPV4, IPV6, ENUM -> true;
      default -> false;
    };
  }

  private static boolean isInteger(FieldType type) {
    return type == FieldType.INT32 || type == FieldType.INT64;
  }

  private static boolean isDouble(FieldType type) {
    return type == FieldType.FLOAT32 || type == FieldType.FLOAT64;
  }

  /** An order of a field's value and a constant. */
  enum Order {
    LESS,
    LESS_OR_EQUAL,
    GREATER,
    GREATER_OR_EQUAL;

    /** The same order with its operands exchanged. */
    Order reversed() {
      return switch (this) {
        case LESS -> GREATER;
        case LESS_OR_EQUAL -> GREATER_OR_EQUAL;
        case GREATER -> LESS;
        case GREATER_OR_EQUAL -> LESS_OR_EQUAL;
      };
    }

    /** Whether a comparison with this result has this order. */
    boolean holds(int comparison) {
      return switch (this) {
        case LESS -> comparison < 0;
        case LESS_OR_EQUAL -> comparison <= 0;
        case GREATER -> comparison > 0;
        case GREATER_OR_EQUAL -> comparison >= 0;
      };
    }
  }
}
