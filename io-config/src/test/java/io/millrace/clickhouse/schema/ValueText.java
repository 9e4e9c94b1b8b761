package io.millrace.clickhouse.schema;

import io.millrace.event.RowBuffer;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;

/**
 * Values of RowBinary as texts, for tests: numbers in decimals, times in ISO 8601, null as {@code
 * null}, elements in brackets with a semicolon between them.
 */
final class ValueText {
  private static final BigDecimal DAY = BigDecimal.valueOf(86_400);

  private ValueText() {}

  static byte[] encode(ColumnType type, String text) {
    RowBuffer out = new RowBuffer(16);
    write(type, text, out);
    return out.toByteArray();
  }

  private static void write(ColumnType nullable, String text, RowBuffer out) {
    if (nullable.isNullable()) {
      out.writeByte(text.equals("null") ? 1 : 0);
      if (text.equals("null")) {
        return;
      }
    }
    ColumnType type = nullable.notNull();
    switch (type.name()) {
      case "Bool" -> out.writeByte(Boolean.parseBoolean(text) ? 1 : 0);
      case "String", "JSON" -> out.writeString(text.translateEscapes());
      case "Float64" -> out.writeLong(Double.doubleToRawLongBits(Double.parseDouble(text)));
      case "Float32" -> out.writeInt(Float.floatToRawIntBits(Float.parseFloat(text)));
      case "UUID" -> {
        UUID uuid = UUID.fromString(text);
        out.writeLong(uuid.getMostSignificantBits());
        out.writeLong(uuid.getLeastSignificantBits());
      }
      case "IPv4" -> out.writeInt((int) Long.parseLong(text));
      case "IPv6" -> out.writeRaw(HexFormat.of().parseHex(text), 0, 16);
      case "Enum8" -> writeInteger(new BigInteger(text), Byte.BYTES, out);
      case "Enum16" -> writeInteger(new BigInteger(text), Short.BYTES, out);
      case "Array", "Map", "Tuple" -> {
        List<String> elements = elements(text);
        int width = type.arguments().size();
        if (!type.name().equals("Tuple")) {
          out.writeVarInt(elements.size() / width);
        }
        for (int i = 0; i < elements.size(); i++) {
          write(type.arguments().get(i % width), elements.get(i), out);
        }
      }
      default -> {
        BigDecimal value = text.contains("T") ? seconds(Instant.parse(text)) : new BigDecimal(text);
        writeInteger(value.divide(unit(type)).toBigIntegerExact(), bytes(type), out);
      }
    }
  }

  /** An inner array has braces, and commas between its elements. */
  private static List<String> elements(String text) {
    String inner = text.substring(1, text.length() - 1);
    return inner.isEmpty() ? List.of() : List.of(inner.split(text.startsWith("{") ? "," : ";", -1));
  }

  private static BigDecimal seconds(Instant time) {
    return BigDecimal.valueOf(time.getEpochSecond()).add(BigDecimal.valueOf(time.getNano(), 9));
  }

  private static void writeInteger(BigInteger value, int bytes, RowBuffer out) {
    for (int i = 0; i < bytes; i++) {
      out.writeByte(value.shiftRight(i * Byte.SIZE).intValue());
    }
  }

  static String decode(ColumnType type, byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    String text = read(type, in);
    return in.hasRemaining() ? text + " and " + in.remaining() + " bytes more" : text;
  }

  private static String read(ColumnType nullable, ByteBuffer in) {
    if (nullable.isNullable() && in.get() != 0) {
      return "null";
    }
    ColumnType type = nullable.notNull();
    return switch (type.name()) {
      case "Bool" -> in.get() == 1 ? "true" : "false";
      case "String", "JSON" -> text(in, in.get());
      case "FixedString" -> text(in, type.number(0)).replace("\0", "\\0");
      case "Float64" -> exact(in.getDouble());
      case "Float32" -> exact(in.getFloat());
      case "UUID" -> new UUID(in.getLong(), in.getLong()).toString();
      case "IPv4" -> (in.getInt() & 0xFFFFFFFFL) + "";
      case "IPv6" -> HexFormat.of().formatHex(raw(in, 16));
      case "Enum8" -> "" + in.get();
      case "Enum16" -> "" + in.getShort();
      case "Array", "Map", "Tuple" -> {
        int times = type.name().equals("Tuple") ? 1 : in.get();
        List<String> elements = new ArrayList<>();
        for (int i = 0; i < times; i++) {
          type.arguments().forEach(element -> elements.add(read(element, in)));
        }
        yield "[" + String.join(";", elements) + "]";
      }
      default -> number(type, in);
    };
  }

  private static String exact(double value) {
    return Double.isFinite(value) && Double.doubleToRawLongBits(value) != Long.MIN_VALUE
        ? new BigDecimal(value).toPlainString()
        : Double.toString(value);
  }

  private static String number(ColumnType type, ByteBuffer in) {
    byte[] little = raw(in, bytes(type));
    ByteArrayOutputStream big = new ByteArrayOutputStream();
    for (int i = little.length - 1; i >= 0; i--) {
      big.write(little[i]);
    }
    boolean signed = !type.name().startsWith("U") && !isUnsignedTime(type);
    BigInteger integer =
        signed ? new BigInteger(big.toByteArray()) : new BigInteger(1, big.toByteArray());
    BigDecimal value = new BigDecimal(integer).multiply(unit(type));
    if (!type.name().startsWith("Date")) {
      return value.toPlainString();
    }
    BigInteger[] parts =
        value.movePointRight(9).toBigIntegerExact().divideAndRemainder(BigInteger.TEN.pow(9));
    return Instant.ofEpochSecond(parts[0].longValueExact(), parts[1].longValueExact()).toString();
  }

  private static boolean isUnsignedTime(ColumnType type) {
    return type.name().equals("DateTime") || type.name().equals("Date");
  }

  private static String text(ByteBuffer in, int length) {
    return new String(raw(in, length), StandardCharsets.UTF_8);
  }

  private static byte[] raw(ByteBuffer in, int length) {
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }

  private static BigDecimal unit(ColumnType type) {
    return switch (type.name()) {
      case "Decimal" -> BigDecimal.ONE.scaleByPowerOfTen(-type.number(1));
      case "DateTime64" -> BigDecimal.ONE.scaleByPowerOfTen(-type.number(0));
      case "Date", "Date32" -> DAY;
      default -> BigDecimal.ONE;
    };
  }

  private static int bytes(ColumnType type) {
    return switch (type.name()) {
      case "Decimal" ->
          type.number(0) <= 9 ? 4 : type.number(0) <= 18 ? 8 : type.number(0) <= 38 ? 16 : 32;
      case "DateTime64" -> 8;
      case "DateTime", "Date32" -> 4;
      case "Date" -> 2;
      default -> Integer.parseInt(type.name().replaceAll("\\D", "")) / Byte.SIZE;
    };
  }
}
