package io.millrace.expression;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.contract.FieldDefinition;
import io.millrace.contract.FieldType;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;
import org.junit.jupiter.api.Test;

class FieldConditionTest {
  private static final List<FieldDefinition> FIELDS =
      List.of(
          FieldDefinition.column("code", FieldType.STRING, true),
          FieldDefinition.column("bytes", FieldType.INT64, false));

  private static boolean test(String text, @Nullable Object... values) {
    return FieldCondition.of(FIELDS, text).test(values);
  }

  @Test
  void itIsMetByValues() {
    assertThat(test("code == 'a' && bytes > 1", "a", 2L), is(true));
    assertThat(test("code == 'a' && bytes > 1", "a", 1L), is(false));
  }

  @Test
  void oneThatFailsIsNotMet() {
    assertThat(test("bytes > 1", "a", null), is(false));
    assertThat(test("!(bytes > 1)", "a", null), is(false));
  }

  @Test
  void itTellsWhatItReads() {
    FieldCondition condition = FieldCondition.of(FIELDS, "bytes > 1");

    assertThat(condition.reads("bytes"), is(true));
    assertThat(condition.reads("code"), is(false));
  }

  @Test
  void aWrongOneIsOneLine() {
    IllegalArgumentException wrong =
        assertThrows(
            IllegalArgumentException.class, () -> FieldCondition.of(FIELDS, "bytes > other"));

    assertThat(wrong.getMessage(), startsWith("at character 9: "));
    assertThat(wrong.getMessage().lines().count(), is(1L));
  }
}
