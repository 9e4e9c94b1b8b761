package io.millrace.expression;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.CelCall;
import dev.cel.common.navigation.CelNavigableAst;
import dev.cel.runtime.CelEvaluationException;
import io.millrace.contract.FieldDefinition;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Finds constants with which a part of an expression fails on every event, or never holds: CEL's
 * type check looks at types only. Also refuses a regular expression that is not a constant: an
 * event must not bring a program of its own.
 */
final class ConstantCheck {
  /** The largest regular expression, in instructions of RE2's automaton. */
  static final int MOST_REGEX_INSTRUCTIONS = 1_000;

  private final Expressions expressions;
  private final CelAbstractSyntaxTree ast;

  ConstantCheck(Expressions expressions, CelAbstractSyntaxTree ast) {
    this.expressions = expressions;
    this.ast = ast;
  }

  /** The first problem, on one line; null if there is none. */
  @Nullable String problem() {
    return CelNavigableAst.fromAst(ast)
        .getRoot()
        .allNodes()
        .map(node -> node.expr())
        .filter(expression -> expression.getKind() == CelExpr.ExprKind.Kind.CALL)
        .flatMap(expression -> Stream.ofNullable(problem(expression)))
        .findFirst()
        .orElse(null);
  }

  private @Nullable String problem(CelExpr expression) {
    CelCall call = expression.call();
    List<CelExpr> operands = new ArrayList<>();
    call.target().ifPresent(operands::add);
    operands.addAll(call.args());
    switch (call.function()) {
      case "matches" -> {
        return pattern(text(operands.get(operands.size() - 1)));
      }
      case "_==_", "_!=_" -> {
        String other = value(operands.get(0), operands.get(1));
        return other == null ? value(operands.get(1), operands.get(0)) : other;
      }
      case "@in" -> {
        if (operands.get(1).getKind() != CelExpr.ExprKind.Kind.LIST) {
          return null;
        }
        return operands.get(1).list().elements().stream()
            .flatMap(element -> Stream.ofNullable(value(operands.get(0), element)))
            .findFirst()
            .orElse(null);
      }
      default -> {
        return constants(expression, operands);
      }
    }
  }

  private static @Nullable String pattern(@Nullable String pattern) {
    if (pattern == null) {
      return "`matches` needs a text in quotes as its regular expression";
    }
    try {
      int size = Pattern.compile(pattern).programSize();
      return size <= MOST_REGEX_INSTRUCTIONS
          ? null
          : "the regular expression '%s' is too large: %d instructions of at most %d"
              .formatted(pattern, size, MOST_REGEX_INSTRUCTIONS);
    } catch (PatternSyntaxException e) {
      return "'%s' is no regular expression of RE2: %s".formatted(pattern, e.getDescription());
    } catch (StackOverflowError e) {
      return "the regular expression is nested too deeply";
    }
  }

  /** A text that no row holds in a field of addresses or of an enum. */
  private @Nullable String value(CelExpr field, CelExpr constant) {
    Integer index =
        field.getKind() == CelExpr.ExprKind.Kind.IDENT
            ? expressions.indexOf(field.ident().name())
            : null;
    String text = text(constant);
    if (index == null || text == null) {
      return null;
    }
    FieldDefinition definition = expressions.field(index);
    String held = definition.held(text);
    return text.equals(held)
        ? null
        : "the field `%s` never holds '%s'%s"
            .formatted(definition.name(), text, held == null ? "" : "; it holds '" + held + "'");
  }

  /** A call with constants only, such as {@code timestamp('2026-13-01T00:00:00Z')}. */
  private @Nullable String constants(CelExpr expression, List<CelExpr> operands) {
    if (operands.isEmpty()
        || !operands.stream().allMatch(o -> o.getKind() == CelExpr.ExprKind.Kind.CONSTANT)) {
      return null;
    }
    try {
      Object unused = expressions.program(ast, expression).eval();
      return null;
    } catch (CelEvaluationException e) {
      return "`%s(%s)` has no value"
          .formatted(
              expression.call().function(),
              String.join(", ", operands.stream().map(ConstantCheck::shown).toList()));
    }
  }

  private static String shown(CelExpr constant) {
    String text = text(constant);
    return text == null ? "…" : "'" + text + "'";
  }

  private static @Nullable String text(CelExpr expression) {
    return expression.getKind() == CelExpr.ExprKind.Kind.CONSTANT
            && expression.constant().getKind() == CelConstant.Kind.STRING_VALUE
        ? expression.constant().stringValue()
        : null;
  }
}
