package io.millrace.decode;

import io.millrace.contract.FieldDefinition;
import io.millrace.event.DeadLetterCode;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.checkerframework.checker.nullness.qual.Nullable;

/** What becomes of the fields that an event, or a record in one, does not hold. */
public final class AbsentFields {
  private final FieldDefinition[] fields;
  private final @Nullable Object[] defaults;

  /** Prepares for rows that begin with these fields. */
  public AbsentFields(List<FieldDefinition> fields) {
    this.fields = fields.toArray(new FieldDefinition[0]);
    this.defaults = fields.stream().map(AbsentFields::valueOf).toArray();
  }

  private static @Nullable Object valueOf(FieldDefinition field) {
    return switch (field.type()) {
      case MAP -> Map.of();
      case ARRAY -> List.of();
      default -> field.defaultValue();
    };
  }

  /**
   * Gives absent fields their default.
   *
   * @param values a row's values; null where a field is absent
   * @param location makes a path from the top of the event of a field's path, for the message
   * @throws DecodeException if required fields are absent; it names all of them
   */
  public void complete(@Nullable Object[] values, UnaryOperator<String> location)
      throws DecodeException {
    StringBuilder missing = null;
    for (int i = 0; i < fields.length; i++) {
      if (values[i] != null) {
        continue;
      }
      if (fields[i].required()) {
        missing = missing == null ? new StringBuilder() : missing.append(", ");
        missing.append(location.apply(fields[i].dottedPath()));
      } else {
        values[i] = defaults[i];
      }
    }
    if (missing != null) {
      throw new DecodeException(
          DeadLetterCode.MISSING_FIELD,
          missing.append(": required, but absent or null").toString());
    }
  }
}
