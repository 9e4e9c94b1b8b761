package io.millrace.clickhouse.schema;

import io.millrace.event.RowBuffer;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Encodes rows again for wider types: rows of an older contract for columns that a newer contract
 * has widened. The pipeline does this, so that the server still compares the types of every batch
 * with its own. A conversion by the server would also alter values to fit a narrower column.
 *
 * <p>Cost: one more pass over the bytes and one more copy of the batch, only while types differ.
 */
public final class RowWidening {
  private static final int FLUSH_BYTES = 64 * 1024;
  private static final int INT32_BYTES = Integer.BYTES;

  /** Moves one value from the old form to the new one. */
  @FunctionalInterface
  private interface Mover {
    void move(Reader in, RowBuffer out);
  }

  private final List<Mover> movers;

  /**
   * @param from the types that the rows are encoded for
   * @param to for each of them a type that holds its values
   */
  public RowWidening(List<ColumnType> from, List<ColumnType> to) {
    movers = movers(from, to);
  }

  /** The same; null if rows for both have the same encoding. */
  public static @Nullable RowWidening of(List<ColumnType> from, List<ColumnType> to) {
    return areSameForm(from, to) ? null : new RowWidening(from, to);
  }

  private static boolean areSameForm(List<ColumnType> from, List<ColumnType> to) {
    return IntStream.range(0, from.size()).allMatch(i -> isSameForm(from.get(i), to.get(i)));
  }

  private static boolean isSameForm(ColumnType from, ColumnType to) {
    if (from.isNullable() != to.isNullable()) {
      return false;
    }
    ColumnType a = from.notNull();
    ColumnType b = to.notNull();
    return switch (a.name()) {
      case "DateTime64" -> a.number(0) == b.number(0);
      case "Decimal" -> a.number(1) == b.number(1) && decimalBytes(a) == decimalBytes(b);
      case "Array", "Map", "Tuple" -> areSameForm(a.arguments(), b.arguments());
      default -> a.name().equals(b.name());
    };
  }

  public void widen(byte[] rows, OutputStream out) throws IOException {
    Reader reader = new Reader(rows);
    RowBuffer buffer = new RowBuffer(FLUSH_BYTES + FLUSH_BYTES / 4);
    while (reader.position < rows.length) {
      for (Mover mover : movers) {
        mover.move(reader, buffer);
      }
      if (buffer.size() >= FLUSH_BYTES) {
        buffer.writeTo(out);
        buffer.clear();
      }
    }
    buffer.writeTo(out);
  }

  /**
   * The texts of a row's documents.
   *
   * @param types the types that the row is encoded for
   * @return one entry a type; null for another type than JSON, and for a value that is null
   */
  public static List<byte @Nullable []> documents(byte[] row, List<ColumnType> types) {
    Reader in = new Reader(row);
    RowBuffer passed = new RowBuffer(row.length);
    List<byte @Nullable []> documents = new ArrayList<>();
    for (ColumnType type : types) {
      boolean json = type.notNull().name().equals(ClickHouseTypes.JSON);
      if (json && (!type.isNullable() || in.readByte() == 0)) {
        documents.add(in.readCounted());
      } else {
        if (!json) {
          mover(type, type).move(in, passed);
        }
        documents.add(null);
      }
    }
    return documents;
  }

  private static Mover mover(ColumnType from, ColumnType to) {
    Mover value = notNull(from.notNull(), to.notNull());
    if (!to.isNullable()) {
      return value;
    }
    if (!from.isNullable()) {
      return (in, out) -> {
        out.writeByte(0);
        value.move(in, out);
      };
    }
    return (in, out) -> {
      byte isNull = in.readByte();
      out.writeByte(isNull);
      if (isNull == 0) {
        value.move(in, out);
      }
    };
  }

  private static Mover notNull(ColumnType from, ColumnType to) {
    return switch (from.name()) {
      // A column of JSON accepts its text.
      case "String", ClickHouseTypes.JSON -> (in, out) -> in.moveCounted(out);
      case "Bool" -> (in, out) -> in.moveBytes(1, out);
      case "Int32" -> to.name().equals("Decimal") ? decimal(from, to) : int32(to.name());
      case "Int64" ->
          to.name().equals("Decimal")
              ? decimal(from, to)
              : (in, out) -> in.moveBytes(Long.BYTES, out);
      case "DateTime64" -> time(to.number(0) - from.number(0));
      case "Float64" -> (in, out) -> in.moveBytes(Long.BYTES, out);
      case "UInt64" ->
          to.name().equals("Decimal")
              ? unsignedDecimal(to)
              : (in, out) -> in.moveBytes(Long.BYTES, out);
      case "Float32" ->
          to.name().equals("Float64")
              ? (in, out) ->
                  out.writeLong(Double.doubleToRawLongBits(Float.intBitsToFloat(in.readInt())))
              : (in, out) -> in.moveBytes(INT32_BYTES, out);
      case "IPv4" -> (in, out) -> in.moveBytes(INT32_BYTES, out);
      case "IPv6" -> (in, out) -> in.moveBytes(2 * Long.BYTES, out);
      case "Enum8" -> enum8(to.name());
      case "Enum16" -> (in, out) -> in.moveBytes(Short.BYTES, out);
      case "UUID" -> (in, out) -> in.moveBytes(2 * Long.BYTES, out);
      case "Decimal" -> decimal(from, to);
      case "Array", "Map" -> repeated(movers(from.arguments(), to.arguments()));
      case "Tuple" -> {
        List<Mover> elements = movers(from.arguments(), to.arguments());
        yield (in, out) -> elements.forEach(element -> element.move(in, out));
      }
      default -> throw new IllegalArgumentException("no contract has a column of type " + from);
    };
  }

  private static List<Mover> movers(List<ColumnType> from, List<ColumnType> to) {
    return IntStream.range(0, from.size()).mapToObj(i -> mover(from.get(i), to.get(i))).toList();
  }

  private static Mover repeated(List<Mover> elements) {
    return (in, out) -> {
      int count = in.readVarInt();
      out.writeVarInt(count);
      for (int i = 0; i < count; i++) {
        elements.forEach(element -> element.move(in, out));
      }
    };
  }

  private static Mover int32(String to) {
    return switch (to) {
      case "Int64" -> (in, out) -> out.writeLong(in.readInt());
      case "Float64" -> (in, out) -> out.writeLong(Double.doubleToRawLongBits(in.readInt()));
      default -> (in, out) -> in.moveBytes(INT32_BYTES, out);
    };
  }

  private static Mover enum8(String to) {
    return to.equals("Enum8")
        ? (in, out) -> in.moveBytes(1, out)
        : (in, out) -> {
          byte number = in.readByte();
          out.writeByte(number);
          out.writeByte(number >> Byte.SIZE);
        };
  }

  /** A time with more digits after the second. */
  private static Mover time(int moreDigits) {
    long factor = BigInteger.TEN.pow(moreDigits).longValueExact();
    return (in, out) -> out.writeLong(in.readLong() * factor);
  }

  private static Mover decimal(ColumnType from, ColumnType to) {
    int bytes = exactBytes(from);
    int scale = from.name().equals("Decimal") ? from.number(1) : 0;
    BigInteger factor = BigInteger.TEN.pow(to.number(1) - scale);
    int bytesThere = decimalBytes(to);
    return (in, out) ->
        writeDecimal(new BigInteger(in.readReversed(bytes)).multiply(factor), bytesThere, out);
  }

  private static Mover unsignedDecimal(ColumnType to) {
    BigInteger factor = BigInteger.TEN.pow(to.number(1));
    int bytesThere = decimalBytes(to);
    return (in, out) ->
        writeDecimal(
            new BigInteger(1, in.readReversed(Long.BYTES)).multiply(factor), bytesThere, out);
  }

  private static void writeDecimal(BigInteger unscaled, int bytes, RowBuffer out) {
    for (int done = 0; done < bytes; done += INT32_BYTES) {
      out.writeInt(unscaled.shiftRight(done * Byte.SIZE).intValue());
    }
  }

  /** Length of an integer or a decimal in bytes; both are little-endian two's complements. */
  private static int exactBytes(ColumnType type) {
    return switch (type.name()) {
      case "Int32" -> Integer.BYTES;
      case "Int64" -> Long.BYTES;
      default -> decimalBytes(type);
    };
  }

  private static int decimalBytes(ColumnType decimal) {
    int digits = decimal.number(0);
    return digits <= 9 ? 4 : digits <= 18 ? 8 : digits <= 38 ? 16 : 32;
  }

  /** RowBinary, read from its beginning. */
  private static final class Reader {
    private final byte[] bytes;
    private int position;

    Reader(byte[] bytes) {
      this.bytes = bytes;
    }

    byte readByte() {
      return bytes[position++];
    }

    int readInt() {
      int value = 0;
      for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
        value |= (readByte() & 0xFF) << shift;
      }
      return value;
    }

    long readLong() {
      long low = readInt() & 0xFFFF_FFFFL;
      return (long) readInt() << Integer.SIZE | low;
    }

    int readVarInt() {
      int value = 0;
      for (int shift = 0; ; shift += 7) {
        byte next = readByte();
        value |= (next & 0x7F) << shift;
        if (next >= 0) {
          return value;
        }
      }
    }

    /** Bytes in reverse order: big endian, as BigInteger expects them. */
    byte[] readReversed(int count) {
      byte[] reversed = new byte[count];
      for (int i = count - 1; i >= 0; i--) {
        reversed[i] = readByte();
      }
      return reversed;
    }

    void moveBytes(int count, RowBuffer out) {
      out.writeRaw(bytes, position, count);
      position += count;
    }

    void moveCounted(RowBuffer out) {
      int count = readVarInt();
      out.writeVarInt(count);
      moveBytes(count, out);
    }

    byte[] readCounted() {
      int count = readVarInt();
      position += count;
      return Arrays.copyOfRange(bytes, position - count, position);
    }
  }
}
