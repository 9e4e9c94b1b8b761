package io.millrace.clickhouse.conversion;

import io.millrace.clickhouse.encoding.InvalidRowException;
import io.millrace.event.RowBuffer;
import java.math.BigDecimal;
import java.math.BigInteger;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Conversions from and to {@code Float32} and {@code Float64}, of which a length in bytes stands
 * for the type. A value fits if it stays exactly the same. Numbers with decimal places have no
 * conversion, because a binary fraction equals few of them.
 */
public final class FloatConversions {
  private static final int DOUBLE_BITS = 53;
  private static final int FLOAT_BITS = 24;

  /** An integer of more bits is beyond the range of {@code Float32}. */
  private static final int MOST_FLOAT_BITS = 128;

  private static final BigInteger MIN_LONG = BigInteger.valueOf(Long.MIN_VALUE);
  private static final BigInteger MAX_LONG = BigInteger.valueOf(Long.MAX_VALUE);

  private FloatConversions() {}

  /** Between the two types. NaN and infinity stay. */
  public static Conversion between(int bytes, int bytesThere, String place) {
    if (bytes == bytesThere) {
      return Conversion.keep(bytes);
    }
    if (bytes < bytesThere) {
      return Conversion.exact((in, out) -> write(read(in, bytes), bytesThere, out));
    }
    String problem = place + ": a number that Float32 does not hold exactly";
    return Conversion.checked(
        (in, out) -> {
          double value = read(in, bytes);
          if ((float) value != value && !Double.isNaN(value)) {
            throw new InvalidRowException(problem);
          }
          write(value, bytesThere, out);
        });
  }

  /**
   * To whole numbers. Negative zero becomes zero.
   *
   * @return null if the target has decimal places
   */
  public static @Nullable Conversion toWhole(
      int bytes, FixedPoint to, FixedPointConversions.Problems problems) {
    if (!to.isWhole()) {
      return null;
    }
    int bytesThere = to.bytes();
    double least = to.least().max(MIN_LONG).doubleValue();
    double greatest = to.greatest().min(MAX_LONG).doubleValue();
    return Conversion.checked(
            (in, out) -> {
              double value = read(in, bytes);
              if (value != Math.rint(value)) {
                throw new InvalidRowException(problems.digits());
              }
              // Strictly between, because a limit of eight bytes is rounded.
              if (value > least && value < greatest) {
                FixedPointConversions.write((long) value, bytesThere, out);
                return;
              }
              if (Double.isInfinite(value)) {
                throw new InvalidRowException(problems.range());
              }
              BigInteger whole = new BigDecimal(value).toBigInteger();
              if (whole.compareTo(to.least()) < 0 || whole.compareTo(to.greatest()) > 0) {
                throw new InvalidRowException(problems.range());
              }
              FixedPointConversions.write(whole, bytesThere, out);
            })
        .andMerging();
  }

  /**
   * From whole numbers.
   *
   * @return null if the source has decimal places
   */
  public static @Nullable Conversion ofWhole(FixedPoint from, int bytesThere, String place) {
    if (!from.isWhole()) {
      return null;
    }
    int bits = bytesThere == Double.BYTES ? DOUBLE_BITS : FLOAT_BITS;
    int bytes = from.bytes();
    boolean signed = from.signed();
    BigInteger limit = BigInteger.TWO.pow(bits);
    if (from.greatest().compareTo(limit) <= 0 && from.least().compareTo(limit.negate()) >= 0) {
      return Conversion.exact(
          (in, out) -> write((double) in.readNumber(bytes, signed), bytesThere, out));
    }
    String target = bytesThere == Double.BYTES ? "Float64" : "Float32";
    String problem = place + ": a number that " + target + " does not hold exactly";
    if (from.isLong()) {
      return Conversion.checked(
          (in, out) -> {
            long value = in.readNumber(bytes, signed);
            long size = Math.abs(value);
            if (Long.SIZE - Long.numberOfLeadingZeros(size) - Long.numberOfTrailingZeros(size)
                > bits) {
              throw new InvalidRowException(problem);
            }
            write((double) value, bytesThere, out);
          });
    }
    int mostBits = bytesThere == Double.BYTES ? Integer.MAX_VALUE : MOST_FLOAT_BITS;
    return Conversion.checked(
        (in, out) -> {
          BigInteger value = FixedPointConversions.read(in, bytes, signed);
          BigInteger size = value.abs();
          if (size.bitLength() > mostBits
              || size.bitLength() - Math.max(0, size.getLowestSetBit()) > bits) {
            throw new InvalidRowException(problem);
          }
          write(value.doubleValue(), bytesThere, out);
        });
  }

  private static double read(RowReader in, int bytes) {
    return bytes == Double.BYTES
        ? Double.longBitsToDouble(in.readLong())
        : Float.intBitsToFloat((int) in.readNumber(bytes, true));
  }

  private static void write(double value, int bytes, RowBuffer out) {
    if (bytes == Double.BYTES) {
      out.writeLong(Double.doubleToRawLongBits(value));
    } else {
      out.writeInt(Float.floatToRawIntBits((float) value));
    }
  }
}
