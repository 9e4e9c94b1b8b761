package io.millrace.expression;

import io.millrace.event.RowValues;

/**
 * A test of a row with three results, as in CEL: an error in one operand of {@code &&} or {@code
 * ||} does not matter if the other operand decides. Instances are not thread-safe.
 */
@FunctionalInterface
interface RowTest {
  int FALSE = 0;
  int TRUE = 1;

  /**
   * The expression has no value for the row, for example because it compares null with a number.
   */
  int FAILED = 2;

  /** Tests a row of the contract. Returns one of the constants above. */
  int test(RowValues row);

  static int of(boolean result) {
    return result ? TRUE : FALSE;
  }

  static RowTest and(RowTest a, RowTest b) {
    return row -> {
      int first = a.test(row);
      if (first == FALSE) {
        return FALSE;
      }
      int second = b.test(row);
      return second == FALSE ? FALSE : Math.max(first, second);
    };
  }

  static RowTest or(RowTest a, RowTest b) {
    return row -> {
      int first = a.test(row);
      if (first == TRUE) {
        return TRUE;
      }
      int second = b.test(row);
      return second == TRUE ? TRUE : Math.max(first, second);
    };
  }

  static RowTest not(RowTest a) {
    return row -> {
      int result = a.test(row);
      return result == FAILED ? FAILED : TRUE - result;
    };
  }

  static RowTest choose(RowTest condition, RowTest then, RowTest otherwise) {
    return row ->
        switch (condition.test(row)) {
          case TRUE -> then.test(row);
          case FALSE -> otherwise.test(row);
          default -> FAILED;
        };
  }
}
