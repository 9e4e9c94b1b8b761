package io.millrace.clickhouse.conversion;

import io.millrace.clickhouse.encoding.InvalidRowException;
import io.millrace.event.RowBuffer;
import java.math.BigDecimal;
import java.math.BigInteger;

/** Conversions between {@link FixedPoint} types: a value fits if it stays exactly the same. */
public final class FixedPointConversions {
  private static final BigInteger MIN_LONG = BigInteger.valueOf(Long.MIN_VALUE);
  private static final BigInteger MAX_LONG = BigInteger.valueOf(Long.MAX_VALUE);

  /**
   * How one integer becomes another: times {@code multiply}, divided by {@code divide}; one of the
   * two is 1.
   *
   * @param least the least integer of the source whose product the target holds, if {@code divide}
   *     is 1; otherwise the least quotient
   * @param greatest the same for the greatest
   */
  private record Ratio(
      BigInteger multiply, BigInteger divide, BigInteger least, BigInteger greatest) {
    static Ratio of(FixedPoint from, FixedPoint to) {
      if (from.unit().compareTo(to.unit()) < 0) {
        return new Ratio(
            BigInteger.ONE, quotient(to.unit(), from.unit()), to.least(), to.greatest());
      }
      BigInteger multiply = quotient(from.unit(), to.unit());
      // Division rounds towards zero, which is the inner side of both limits.
      return new Ratio(
          multiply, BigInteger.ONE, to.least().divide(multiply), to.greatest().divide(multiply));
    }

    private static BigInteger quotient(BigDecimal larger, BigDecimal smaller) {
      return larger.divide(smaller).toBigIntegerExact();
    }

    boolean holdsAllOf(FixedPoint from) {
      return divide.equals(BigInteger.ONE)
          && from.least().compareTo(least) >= 0
          && from.greatest().compareTo(greatest) <= 0;
    }

    boolean isOne() {
      return multiply.equals(divide);
    }

    /** Whether {@code long} arithmetic gives every result. */
    boolean isLong(FixedPoint from, FixedPoint to) {
      boolean factors = multiply.bitLength() < Long.SIZE && divide.bitLength() < Long.SIZE;
      return from.isLong()
          && factors
          // Of a product with eight bytes the low bits suffice; a longer one needs the others too.
          && (to.bytes() <= Long.BYTES
              || (isLong(from.least().multiply(multiply))
                  && isLong(from.greatest().multiply(multiply))));
    }

    private static boolean isLong(BigInteger value) {
      return value.bitLength() < Long.SIZE;
    }
  }

  /**
   * Texts of rejections.
   *
   * @param range for a value outside of the target's range
   * @param digits for a value between two of the target
   */
  public record Problems(String range, String digits) {
    /** For a place, such as a column, what its values are, and the name of the target. */
    public static Problems of(String place, String what, String target) {
      return new Problems(
          place + ": " + what + " outside of the range of " + target,
          place + ": " + what + " with digits that " + target + " does not hold");
    }
  }

  private FixedPointConversions() {}

  /** The conversion of one type to another. */
  public static Conversion between(FixedPoint from, FixedPoint to, Problems problems) {
    Ratio ratio = Ratio.of(from, to);
    ValueMover mover =
        ratio.isLong(from, to)
            ? longs(from, to, ratio, problems)
            : integers(from, to, ratio, problems);
    if (!ratio.holdsAllOf(from)) {
      return Conversion.checked(mover);
    }
    boolean same = ratio.isOne() && from.bytes() == to.bytes();
    return same ? Conversion.keep(from.bytes()) : Conversion.exact(mover);
  }

  private static ValueMover longs(FixedPoint from, FixedPoint to, Ratio ratio, Problems problems) {
    int bytes = from.bytes();
    boolean signed = from.signed();
    int bytesThere = to.bytes();
    long least = ratio.least.max(MIN_LONG).longValueExact();
    long greatest = ratio.greatest.min(MAX_LONG).longValueExact();
    long multiply = ratio.multiply.longValueExact();
    long divide = ratio.divide.longValueExact();
    return (in, out) -> {
      long value = in.readNumber(bytes, signed);
      if (divide != 1) {
        if (value % divide != 0) {
          throw new InvalidRowException(problems.digits);
        }
        value /= divide;
      }
      if (value < least || value > greatest) {
        throw new InvalidRowException(problems.range);
      }
      write(value * multiply, bytesThere, out);
    };
  }

  private static ValueMover integers(
      FixedPoint from, FixedPoint to, Ratio ratio, Problems problems) {
    int bytes = from.bytes();
    boolean signed = from.signed();
    int bytesThere = to.bytes();
    boolean divides = !ratio.divide.equals(BigInteger.ONE);
    return (in, out) -> {
      BigInteger value = read(in, bytes, signed);
      if (divides) {
        BigInteger[] parts = value.divideAndRemainder(ratio.divide);
        if (parts[1].signum() != 0) {
          throw new InvalidRowException(problems.digits);
        }
        value = parts[0];
      }
      if (value.compareTo(ratio.least) < 0 || value.compareTo(ratio.greatest) > 0) {
        throw new InvalidRowException(problems.range);
      }
      write(value.multiply(ratio.multiply), bytesThere, out);
    };
  }

  static BigInteger read(RowReader in, int bytes, boolean signed) {
    byte[] value = in.readReversed(bytes);
    return signed ? new BigInteger(value) : new BigInteger(1, value);
  }

  /** Writes the low bytes of an integer, which is extended by its sign. */
  static void write(long value, int bytes, RowBuffer out) {
    switch (bytes) {
      case Integer.BYTES -> out.writeInt((int) value);
      case Short.BYTES -> {
        out.writeByte((int) value);
        out.writeByte((int) (value >> Byte.SIZE));
      }
      case Byte.BYTES -> out.writeByte((int) value);
      default -> {
        out.writeLong(value);
        for (int done = Long.BYTES; done < bytes; done += Long.BYTES) {
          out.writeLong(value >> (Long.SIZE - 1));
        }
      }
    }
  }

  static void write(BigInteger value, int bytes, RowBuffer out) {
    if (bytes <= Long.BYTES) {
      write(value.longValue(), bytes, out);
      return;
    }
    for (int done = 0; done < bytes; done += Long.BYTES) {
      out.writeLong(value.shiftRight(done * Byte.SIZE).longValue());
    }
  }
}
