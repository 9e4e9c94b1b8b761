package io.millrace.decode.protobuf;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import io.millrace.contract.FieldType;
import io.millrace.decode.DecodeException;
import io.millrace.decode.TimeConversion;
import io.millrace.decode.binary.JsonText;
import io.millrace.decode.binary.Target;
import io.millrace.event.DeadLetterCode;
import java.time.Instant;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Readers of single values straight from the wire, for the fields that need no message: scalars and
 * Timestamps into scalar fields. They accept what {@link ProtoReaders} accept.
 */
final class WireReaders {
  private static final int NANOS = 1_000_000_000;

  /** Enums with larger numbers are read as messages are. */
  private static final int MAX_SYMBOL = 1 << 12;

  /** Reads the value of a field of one wire type. */
  interface WireReader {
    Object read(WireInput in, ProtoCursor cursor) throws DecodeException;
  }

  private WireReaders() {}

  /** The wire type of a field that is not repeated. */
  static int wireType(FieldDescriptor field) {
    return switch (field.getType()) {
      case DOUBLE, FIXED64, SFIXED64 -> WireInput.FIXED64;
      case FLOAT, FIXED32, SFIXED32 -> WireInput.FIXED32;
      case STRING, BYTES, MESSAGE, GROUP -> WireInput.BYTES;
      default -> WireInput.VARINT;
    };
  }

  /** The reader for a field; null if it has to be read as part of a message. */
  static @Nullable WireReader of(FieldDescriptor from, Target field) {
    boolean text = field.type == FieldType.TEXT;
    if (from.isRepeated()
        || from.getRealContainingOneof() != null
        || !field.type.isScalar()
        || field.type == FieldType.JSON
        || (text && from.getType() != FieldDescriptor.Type.STRING)
        || ProtoReaders.of(from, field) == null) {
      return null;
    }
    return switch (from.getType()) {
      case DOUBLE -> (in, c) -> c.scalars.ofDouble(field, Double.longBitsToDouble(in.fixed64()));
      case FLOAT -> (in, c) -> c.scalars.ofDouble(field, Float.intBitsToFloat(in.fixed32()));
      case SFIXED32 -> (in, c) -> c.scalars.ofLong(field, in.fixed32());
      case FIXED32 -> (in, c) -> c.scalars.ofLong(field, Integer.toUnsignedLong(in.fixed32()));
      // A number of a writer with a wider type is not cut off to 32 bits, as Protobuf would.
      case INT32, INT64 -> (in, c) -> c.scalars.ofLong(field, in.varint());
      case SINT32, SINT64 ->
          (in, c) -> c.scalars.ofLong(field, CodedInputStream.decodeZigZag64(in.varint()));
      case SFIXED64 -> (in, c) -> c.scalars.ofLong(field, in.fixed64());
      case UINT32, UINT64 -> (in, c) -> c.scalars.ofUnsigned(field, in.varint());
      case FIXED64 -> (in, c) -> c.scalars.ofUnsigned(field, in.fixed64());
      case BOOL -> (in, c) -> c.scalars.ofBoolean(field, in.varint() != 0);
      case STRING -> text(field);
      case BYTES -> base64(field);
      case ENUM -> symbol(from.getEnumType(), field);
      case MESSAGE -> ProtoJson.isTimestamp(from) ? timestamp(field) : null;
      case GROUP -> null;
    };
  }

  private static WireReader text(Target field) {
    return (in, c) -> {
      in.slice();
      if (!in.isUtf8()) {
        throw c.scalars.fail(DeadLetterCode.NOT_UTF8, field.path, "expected UTF-8");
      }
      return c.scalars.ofText(field, in.bytes(), in.from(), in.to());
    };
  }

  private static WireReader base64(Target field) {
    return (in, c) -> {
      in.slice();
      byte[] text = JsonText.base64Of(in.bytes(), in.from(), in.to());
      return c.scalars.ofText(field, text, 0, text.length);
    };
  }

  /** A closed enum (proto2) keeps numbers without a name among the unknown fields. */
  private static @Nullable WireReader symbol(EnumDescriptor type, Target field) {
    if (type.isClosed() || field.type != FieldType.STRING) {
      return null;
    }
    int largest = 0;
    for (EnumValueDescriptor symbol : type.getValues()) {
      if (symbol.getNumber() < 0 || symbol.getNumber() > MAX_SYMBOL) {
        return null;
      }
      largest = Math.max(largest, symbol.getNumber());
    }
    @Nullable String[] names = new @Nullable String[largest + 1];
    for (int i = 0; i <= largest; i++) {
      EnumValueDescriptor symbol = type.findValueByNumber(i);
      names[i] = symbol == null ? null : symbol.getName();
    }
    return (in, c) -> {
      int number = (int) in.varint();
      String name = number >= 0 && number < names.length ? names[number] : null;
      if (name == null) {
        throw ProtoReaders.unnamed(type, field, c);
      }
      return name;
    };
  }

  private static WireReader timestamp(Target field) {
    return (in, c) -> {
      int outer = in.enter();
      long seconds = 0;
      int nanos = 0;
      while (!in.atEnd()) {
        int tag = in.tag();
        if (tag == (1 << 3 | WireInput.VARINT)) {
          seconds = in.varint();
        } else if (tag == (2 << 3 | WireInput.VARINT)) {
          nanos = (int) in.varint();
        } else {
          in.skip(tag);
        }
      }
      in.leave(outer);
      if (nanos < 0
          || nanos >= NANOS
          || seconds > TimeConversion.MOST_SECONDS
          || seconds < -TimeConversion.MOST_SECONDS) {
        throw ProtoReaders.noTime(field, c);
      }
      return c.scalars.ofInstant(field, Instant.ofEpochSecond(seconds, nanos));
    };
  }
}
