package io.millrace.decode.protobuf;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import io.millrace.decode.TimeConversion;
import io.millrace.decode.binary.JsonText;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The JSON of Protobuf's values: keys are the names of fields as in the {@code .proto} file;
 * integers are numbers, also those of 64 bits; enums are names, bytes are Base64, a Timestamp is
 * ISO-8601 text and a wrapper (StringValue and the like) its value. Only fields that the record
 * holds are written; those without a name have their number as key.
 */
final class ProtoJson {
  private static final String TIMESTAMP = "google.protobuf.Timestamp";
  private static final int NANOS = 1_000_000_000;

  private ProtoJson() {}

  static boolean isTimestamp(FieldDescriptor field) {
    return field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
        && field.getMessageType().getFullName().equals(TIMESTAMP);
  }

  /** The field of a wrapper that holds its value; null if a field is no wrapper. */
  static @Nullable FieldDescriptor wrapped(FieldDescriptor field) {
    if (field.getJavaType() != FieldDescriptor.JavaType.MESSAGE) {
      return null;
    }
    Descriptor type = field.getMessageType();
    return switch (type.getFullName()) {
      case "google.protobuf.DoubleValue",
          "google.protobuf.FloatValue",
          "google.protobuf.Int64Value",
          "google.protobuf.UInt64Value",
          "google.protobuf.Int32Value",
          "google.protobuf.UInt32Value",
          "google.protobuf.BoolValue",
          "google.protobuf.StringValue",
          "google.protobuf.BytesValue" ->
          type.findFieldByNumber(1);
      default -> null;
    };
  }

  /** The instant of a Timestamp; null if it is none that Protobuf allows. */
  static @Nullable Instant instant(Message timestamp) {
    Descriptor type = timestamp.getDescriptorForType();
    long seconds = (Long) timestamp.getField(type.findFieldByNumber(1));
    int nanos = (Integer) timestamp.getField(type.findFieldByNumber(2));
    return nanos < 0 || nanos >= NANOS || Math.abs(seconds) > TimeConversion.MOST_SECONDS
        ? null
        : Instant.ofEpochSecond(seconds, nanos);
  }

  /** Writes the value of a field, which may be repeated or a map. */
  static void field(FieldDescriptor field, Object value, JsonText out) {
    if (field.isMapField()) {
      out.beginObject();
      entries(field, value)
          .forEach(
              (key, element) -> {
                out.key(JsonText.quotedKey(key));
                single(field.getMessageType().findFieldByNumber(2), element, out);
              });
      out.endObject();
    } else if (field.isRepeated()) {
      out.beginArray();
      for (Object element : (List<?>) value) {
        out.element();
        single(field, element, out);
      }
      out.endArray();
    } else {
      single(field, value, out);
    }
  }

  /** The entries of a map; the last one of a key counts, as Protobuf asks for. */
  static Map<String, Object> entries(FieldDescriptor map, Object value) {
    FieldDescriptor key = map.getMessageType().findFieldByNumber(1);
    FieldDescriptor element = map.getMessageType().findFieldByNumber(2);
    Map<String, Object> entries = new LinkedHashMap<>();
    for (Object entry : (List<?>) value) {
      Message message = (Message) entry;
      JsonText text = new JsonText();
      text.clear(true);
      single(key, message.getField(key), text);
      entries.put(text.toString(), message.getField(element));
    }
    return entries;
  }

  /** Writes one value. */
  static void single(FieldDescriptor field, Object value, JsonText out) {
    switch (field.getType()) {
      case DOUBLE -> out.number((double) (Double) value);
      case FLOAT -> out.number((float) (Float) value);
      case INT32, SINT32, SFIXED32 -> out.number((long) (Integer) value);
      case UINT32, FIXED32 -> out.number(Integer.toUnsignedLong((Integer) value));
      case INT64, SINT64, SFIXED64 -> out.number((long) (Long) value);
      case UINT64, FIXED64 -> out.ascii(Long.toUnsignedString((Long) value));
      case BOOL -> out.bool((Boolean) value);
      case STRING -> out.string((String) value);
      case BYTES -> {
        byte[] bytes = ((ByteString) value).toByteArray();
        out.base64(bytes, 0, bytes.length);
      }
      case ENUM -> {
        EnumValueDescriptor symbol = (EnumValueDescriptor) value;
        if (isNamed(symbol)) {
          out.string(symbol.getName());
        } else {
          out.number((long) symbol.getNumber());
        }
      }
      case MESSAGE, GROUP -> known(field, (Message) value, out);
    }
  }

  /** Whether the schema has a name for the number of an enum. */
  static boolean isNamed(EnumValueDescriptor symbol) {
    return symbol.getIndex() >= 0;
  }

  private static void known(FieldDescriptor field, Message value, JsonText out) {
    FieldDescriptor wrapped = wrapped(field);
    Instant time = isTimestamp(field) ? instant(value) : null;
    if (wrapped != null) {
      single(wrapped, value.getField(wrapped), out);
    } else if (time != null) {
      out.string(time.toString());
    } else {
      message(value, out);
    }
  }

  private static void message(Message message, JsonText out) {
    out.beginObject();
    for (Map.Entry<FieldDescriptor, Object> entry : message.getAllFields().entrySet()) {
      out.key(JsonText.quotedKey(entry.getKey().getName()));
      field(entry.getKey(), entry.getValue(), out);
    }
    for (Map.Entry<Integer, UnknownFieldSet.Field> entry :
        message.getUnknownFields().asMap().entrySet()) {
      out.key(JsonText.quotedKey(entry.getKey().toString()));
      unnamed(entry.getValue(), out);
    }
    out.endObject();
  }

  /** Writes the values of a field that the schema does not have, by their wire types. */
  static void unnamed(UnknownFieldSet.Field field, JsonText out) {
    int count =
        field.getVarintList().size()
            + field.getFixed32List().size()
            + field.getFixed64List().size()
            + field.getLengthDelimitedList().size()
            + field.getGroupList().size();
    if (count != 1) {
      out.beginArray();
    }
    for (long value : field.getVarintList()) {
      separate(count, out).ascii(Long.toUnsignedString(value));
    }
    for (int value : field.getFixed32List()) {
      separate(count, out).number(Integer.toUnsignedLong(value));
    }
    for (long value : field.getFixed64List()) {
      separate(count, out).ascii(Long.toUnsignedString(value));
    }
    for (ByteString value : field.getLengthDelimitedList()) {
      bytes(value, separate(count, out));
    }
    for (UnknownFieldSet group : field.getGroupList()) {
      bytes(group.toByteString(), separate(count, out));
    }
    if (count != 1) {
      out.endArray();
    }
  }

  private static JsonText separate(int count, JsonText out) {
    if (count != 1) {
      out.element();
    }
    return out;
  }

  private static void bytes(ByteString value, JsonText out) {
    byte[] bytes = value.toByteArray();
    out.base64(bytes, 0, bytes.length);
  }
}
