package io.millrace.expression;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cel.common.CelAbstractSyntaxTree;
import io.millrace.contract.Contract;
import io.millrace.contract.FieldDefinition;
import io.millrace.event.RowValues;
import io.millrace.measure.BestCpuTimes;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What conditions and values cost, compiled and by CEL's interpreter, in one run. The bound is far
 * from what is measured: it finds that something common is no longer compiled, not a slow machine.
 */
@Tag("both-compilers")
class ExpressionSpeedTest {
  private static final int PASSES = 1_000;
  private static final double BOUND = 0.5;

  private static final List<String> CONDITIONS =
      List.of(
          "kind == 'ping'",
          "kind in ['ping', 'pong', 'probe'] && big < 5",
          "note.startsWith('health') || note.endsWith('check')",
          "small != null && small > 10 || flag == true");

  private static final List<String> VALUES =
      List.of(
          "kind",
          "kind + '/' + note",
          "kind.lowerAscii()",
          "note.substring(0, 7)",
          "small != null && small > 10 ? 'slow' : 'fast'",
          "big / 1000",
          "double(big) / 1000.0");

  private final Contract contract = ExpressionsTest.CONTRACT;
  private final List<RowValues> rows = new ArrayList<>();
  private int met;

  @BeforeEach
  void decodeRows() {
    for (int i = 0; i < 20; i++) {
      rows.add(
          ExpressionsTest.row(
              "\"kind\": \"%s\", \"note\": \"healthy, but not a probe\", \"big\": %d, \"small\": %d"
                  .formatted(i % 2 == 0 ? "ping" : "query", i, i)));
    }
  }

  @Test
  void compiledBesideInterpreted() throws Exception {
    Expressions expressions = new Expressions(contract.fields());
    for (String condition : CONDITIONS) {
      CelAbstractSyntaxTree ast = expressions.checked(condition);
      RowTest compiled = expressions.condition(condition);
      RowTest interpreted = expressions.interpreted(ast, ast.getExpr());
      compare(
          condition,
          row -> compiled.test(row) == RowTest.TRUE,
          row -> interpreted.test(row) == RowTest.TRUE);
    }
  }

  /** The values of derived columns. */
  @Test
  void valuesCompiledBesideInterpreted() throws Exception {
    Expressions expressions = new Expressions(contract.fields());
    for (String expression : VALUES) {
      FieldDefinition column = expressions.inferred(expression);
      CelAbstractSyntaxTree ast = expressions.checkedValue(expression);
      RowValue compiled = expressions.value(expression, column);
      RowValue interpreted = expressions.interpretedValue(ast, ast.getExpr());
      compare(expression, row -> compiled.of(row) != null, row -> interpreted.of(row) != null);
    }
  }

  private void compare(
      String expression, Predicate<RowValues> compiled, Predicate<RowValues> interpreted)
      throws Exception {
    long[] best =
        BestCpuTimes.of(
            times -> times[0] < BOUND * times[1], () -> test(compiled), () -> test(interpreted));
    double ratio = (double) best[0] / best[1];
    System.out.printf(
        "%s: compiled %d ns an event, interpreted %d ns, ratio %.3f (%d)%n",
        expression,
        best[0] / ((long) PASSES * rows.size()),
        best[1] / ((long) PASSES * rows.size()),
        ratio,
        met & 1);
    assertTrue(ratio < BOUND, expression + " takes " + ratio + " times the interpreter");
  }

  private void test(Predicate<RowValues> test) {
    for (int pass = 0; pass < PASSES; pass++) {
      for (RowValues row : rows) {
        met += test.test(row) ? 1 : 0;
      }
    }
  }
}
