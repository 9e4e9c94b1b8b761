package io.millrace.contract.compatibility;

import io.millrace.contract.FieldDefinition;
import io.millrace.contract.FieldType;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Which values a field accepts that another one accepts. */
final class AcceptedValues {
  /** Most digits of the integers. */
  private static final int INT32_DIGITS = 10;

  private static final int INT64_DIGITS = 19;
  private static final int UINT64_DIGITS = 20;

  private AcceptedValues() {}

  /** Whether a field accepts every value, other than none at all, that another one accepts. */
  static boolean includes(FieldDefinition field, FieldDefinition other) {
    if (field.nullIfInvalid()) {
      return true;
    }
    if (other.nullIfInvalid()) {
      return false;
    }
    return switch (field.type()) {
      case TEXT -> true;
      case JSON -> !field.storedAsJson() || other.storedAsJson();
      default ->
          (field.lenient() || !other.lenient())
              && (field.type() == other.type()
                  ? includesOfType(field, other)
                  : includesType(field, other.type()));
    };
  }

  private static boolean includesType(FieldDefinition field, FieldType other) {
    return switch (field.type()) {
      case STRING ->
          other == FieldType.UUID
              || other == FieldType.IPV4
              || other == FieldType.IPV6
              || other == FieldType.ENUM;
      case IPV6 -> other == FieldType.IPV4;
      case INT64 -> other == FieldType.INT32;
      case FLOAT32 -> isInteger(other);
      case FLOAT64 -> isInteger(other) || other == FieldType.FLOAT32;
      case DECIMAL ->
          (other == FieldType.INT32 && wholeDigits(field) >= INT32_DIGITS)
              || (other == FieldType.INT64 && wholeDigits(field) >= INT64_DIGITS)
              || (other == FieldType.UINT64 && wholeDigits(field) >= UINT64_DIGITS);
      default -> false;
    };
  }

  private static boolean isInteger(FieldType type) {
    return type == FieldType.INT32 || type == FieldType.INT64 || type == FieldType.UINT64;
  }

  private static boolean includesOfType(FieldDefinition field, FieldDefinition other) {
    return switch (field.type()) {
      case DECIMAL -> field.scale() >= other.scale() && wholeDigits(field) >= wholeDigits(other);
      // More digits hold fewer years.
      case TIMESTAMP ->
          field.timeFormat() == other.timeFormat() && field.digits() <= other.digits();
      case ENUM -> field.enumValues().containsAll(other.enumValues());
      // A map of texts accepts any value.
      case MAP -> field.items() == null || includesItems(field.items(), other.items());
      case ARRAY -> includesItems(field.items(), other.items());
      case RECORD -> includesRecord(field.fields(), other.fields());
      default -> true;
    };
  }

  private static boolean includesItems(
      @Nullable FieldDefinition items, @Nullable FieldDefinition other) {
    return items != null && other != null && includes(items, other);
  }

  private static boolean includesRecord(List<FieldDefinition> fields, List<FieldDefinition> other) {
    return new FieldChanges("").of(other, fields).stream().allMatch(Change::backward);
  }

  private static int wholeDigits(FieldDefinition decimal) {
    return decimal.precision() - decimal.scale();
  }
}
