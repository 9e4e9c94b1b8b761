package io.millrace.parquet;

import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.format.ConvertedType;
import org.apache.parquet.format.DecimalType;
import org.apache.parquet.format.FieldRepetitionType;
import org.apache.parquet.format.IntType;
import org.apache.parquet.format.ListType;
import org.apache.parquet.format.LogicalType;
import org.apache.parquet.format.MapType;
import org.apache.parquet.format.MicroSeconds;
import org.apache.parquet.format.MilliSeconds;
import org.apache.parquet.format.NanoSeconds;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.StringType;
import org.apache.parquet.format.TimeUnit;
import org.apache.parquet.format.TimestampType;
import org.apache.parquet.format.Type;
import org.apache.parquet.format.UUIDType;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.IntLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.ListLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.MapLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.StringLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.UUIDLogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The elements of a footer that describe a schema, each group before its children. Writes the older
 * form of a logical type beside the newer one, where there is one.
 */
final class SchemaElements {
  private SchemaElements() {}

  static List<SchemaElement> of(MessageType schema) {
    List<SchemaElement> elements = new ArrayList<>();
    SchemaElement root = new SchemaElement(schema.getName());
    root.setNum_children(schema.getFieldCount());
    elements.add(root);
    addChildren(schema, elements);
    return elements;
  }

  private static void addChildren(GroupType group, List<SchemaElement> elements) {
    for (org.apache.parquet.schema.Type child : group.getFields()) {
      SchemaElement element = new SchemaElement(child.getName());
      element.setRepetition_type(FieldRepetitionType.valueOf(child.getRepetition().name()));
      annotate(element, child.getLogicalTypeAnnotation());
      elements.add(element);
      if (child.isPrimitive()) {
        PrimitiveType primitive = child.asPrimitiveType();
        element.setType(type(primitive));
        if (primitive.getTypeLength() > 0) {
          element.setType_length(primitive.getTypeLength());
        }
      } else {
        element.setNum_children(child.asGroupType().getFieldCount());
        addChildren(child.asGroupType(), elements);
      }
    }
  }

  static Type type(PrimitiveType primitive) {
    return switch (primitive.getPrimitiveTypeName()) {
      case BOOLEAN -> Type.BOOLEAN;
      case INT32 -> Type.INT32;
      case INT64 -> Type.INT64;
      case INT96 -> Type.INT96;
      case FLOAT -> Type.FLOAT;
      case DOUBLE -> Type.DOUBLE;
      case BINARY -> Type.BYTE_ARRAY;
      case FIXED_LEN_BYTE_ARRAY -> Type.FIXED_LEN_BYTE_ARRAY;
    };
  }

  private static void annotate(SchemaElement element, @Nullable LogicalTypeAnnotation annotation) {
    if (annotation instanceof StringLogicalTypeAnnotation) {
      element.setLogicalType(LogicalType.STRING(new StringType()));
      element.setConverted_type(ConvertedType.UTF8);
    } else if (annotation instanceof UUIDLogicalTypeAnnotation) {
      element.setLogicalType(LogicalType.UUID(new UUIDType()));
    } else if (annotation instanceof ListLogicalTypeAnnotation) {
      element.setLogicalType(LogicalType.LIST(new ListType()));
      element.setConverted_type(ConvertedType.LIST);
    } else if (annotation instanceof MapLogicalTypeAnnotation) {
      element.setLogicalType(LogicalType.MAP(new MapType()));
      element.setConverted_type(ConvertedType.MAP);
    } else if (annotation instanceof DecimalLogicalTypeAnnotation decimal) {
      element.setLogicalType(
          LogicalType.DECIMAL(new DecimalType(decimal.getScale(), decimal.getPrecision())));
      element.setConverted_type(ConvertedType.DECIMAL);
      element.setScale(decimal.getScale());
      element.setPrecision(decimal.getPrecision());
    } else if (annotation instanceof IntLogicalTypeAnnotation integer) {
      element.setLogicalType(
          LogicalType.INTEGER(new IntType((byte) integer.getBitWidth(), integer.isSigned())));
      element.setConverted_type(
          ConvertedType.valueOf((integer.isSigned() ? "INT_" : "UINT_") + integer.getBitWidth()));
    } else if (annotation instanceof TimestampLogicalTypeAnnotation time) {
      annotate(element, time);
    } else if (annotation != null) {
      throw new IllegalArgumentException("no element for " + annotation);
    }
  }

  private static void annotate(SchemaElement element, TimestampLogicalTypeAnnotation time) {
    TimeUnit unit =
        switch (time.getUnit()) {
          case MILLIS -> TimeUnit.MILLIS(new MilliSeconds());
          case MICROS -> TimeUnit.MICROS(new MicroSeconds());
          case NANOS -> TimeUnit.NANOS(new NanoSeconds());
        };
    element.setLogicalType(LogicalType.TIMESTAMP(new TimestampType(time.isAdjustedToUTC(), unit)));
    switch (time.getUnit()) {
      case MILLIS -> element.setConverted_type(ConvertedType.TIMESTAMP_MILLIS);
      case MICROS -> element.setConverted_type(ConvertedType.TIMESTAMP_MICROS);
      case NANOS -> {}
    }
  }
}
