package io.millrace.parquet;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.parquet.format.LogicalType;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Types;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Makes the schema of a file from its footer, where it is a list of elements: each group is
 * followed by its children.
 */
final class ParquetSchema {
  private static final int DEEPEST = 100;

  private ParquetSchema() {}

  /**
   * The schema.
   *
   * @throws RuntimeException if the elements are none
   */
  static MessageType of(List<SchemaElement> elements) {
    Iterator<SchemaElement> rest = elements.iterator();
    SchemaElement root = rest.next();
    return new MessageType(root.getName(), children(root, rest, 0));
  }

  private static List<Type> children(SchemaElement group, Iterator<SchemaElement> rest, int depth) {
    if (depth > DEEPEST) {
      throw new IllegalArgumentException("a schema of more than " + DEEPEST + " levels");
    }
    List<Type> children = new ArrayList<>();
    for (int i = 0; i < group.getNum_children(); i++) {
      SchemaElement child = rest.next();
      Type.Repetition repetition = Type.Repetition.valueOf(child.getRepetition_type().name());
      children.add(
          child.isSetType()
              ? primitive(child, repetition)
              : new GroupType(repetition, child.getName(), children(child, rest, depth + 1)));
    }
    return children;
  }

  private static PrimitiveType primitive(SchemaElement element, Type.Repetition repetition) {
    PrimitiveTypeName type =
        switch (element.getType()) {
          case BOOLEAN -> PrimitiveTypeName.BOOLEAN;
          case INT32 -> PrimitiveTypeName.INT32;
          case INT64 -> PrimitiveTypeName.INT64;
          case INT96 -> PrimitiveTypeName.INT96;
          case FLOAT -> PrimitiveTypeName.FLOAT;
          case DOUBLE -> PrimitiveTypeName.DOUBLE;
          case BYTE_ARRAY -> PrimitiveTypeName.BINARY;
          case FIXED_LEN_BYTE_ARRAY -> PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY;
        };
    LogicalTypeAnnotation logical =
        element.isSetLogicalType()
            ? logical(element.getLogicalType())
            : element.isSetConverted_type() ? converted(element) : null;
    return Types.primitive(type, repetition)
        .length(element.getType_length())
        .as(logical)
        .named(element.getName());
  }

  private static @Nullable LogicalTypeAnnotation logical(LogicalType type) {
    return switch (type.getSetField()) {
      case STRING -> LogicalTypeAnnotation.stringType();
      case ENUM -> LogicalTypeAnnotation.enumType();
      case JSON -> LogicalTypeAnnotation.jsonType();
      case BSON -> LogicalTypeAnnotation.bsonType();
      case UUID -> LogicalTypeAnnotation.uuidType();
      case DATE -> LogicalTypeAnnotation.dateType();
      case DECIMAL ->
          LogicalTypeAnnotation.decimalType(
              type.getDECIMAL().getScale(), type.getDECIMAL().getPrecision());
      case INTEGER ->
          LogicalTypeAnnotation.intType(
              type.getINTEGER().getBitWidth(), type.getINTEGER().isIsSigned());
      case TIMESTAMP ->
          LogicalTypeAnnotation.timestampType(
              type.getTIMESTAMP().isIsAdjustedToUTC(), unit(type.getTIMESTAMP().getUnit()));
      case TIME ->
          LogicalTypeAnnotation.timeType(
              type.getTIME().isIsAdjustedToUTC(), unit(type.getTIME().getUnit()));
      default -> null;
    };
  }

  private static TimeUnit unit(org.apache.parquet.format.TimeUnit unit) {
    return switch (unit.getSetField()) {
      case MILLIS -> TimeUnit.MILLIS;
      case MICROS -> TimeUnit.MICROS;
      case NANOS -> TimeUnit.NANOS;
    };
  }

  /** The older form, which all writers still write beside the newer one or alone. */
  private static @Nullable LogicalTypeAnnotation converted(SchemaElement element) {
    return switch (element.getConverted_type()) {
      case UTF8 -> LogicalTypeAnnotation.stringType();
      case ENUM -> LogicalTypeAnnotation.enumType();
      case JSON -> LogicalTypeAnnotation.jsonType();
      case BSON -> LogicalTypeAnnotation.bsonType();
      case DATE -> LogicalTypeAnnotation.dateType();
      case DECIMAL -> LogicalTypeAnnotation.decimalType(element.getScale(), element.getPrecision());
      case TIME_MILLIS -> LogicalTypeAnnotation.timeType(true, TimeUnit.MILLIS);
      case TIME_MICROS -> LogicalTypeAnnotation.timeType(true, TimeUnit.MICROS);
      case TIMESTAMP_MILLIS -> LogicalTypeAnnotation.timestampType(true, TimeUnit.MILLIS);
      case TIMESTAMP_MICROS -> LogicalTypeAnnotation.timestampType(true, TimeUnit.MICROS);
      case UINT_8 -> LogicalTypeAnnotation.intType(8, false);
      case UINT_16 -> LogicalTypeAnnotation.intType(16, false);
      case UINT_32 -> LogicalTypeAnnotation.intType(32, false);
      case UINT_64 -> LogicalTypeAnnotation.intType(64, false);
      case INT_8 -> LogicalTypeAnnotation.intType(8, true);
      case INT_16 -> LogicalTypeAnnotation.intType(16, true);
      case INT_32 -> LogicalTypeAnnotation.intType(32, true);
      case INT_64 -> LogicalTypeAnnotation.intType(64, true);
      default -> null;
    };
  }
}
