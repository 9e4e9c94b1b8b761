package io.millrace.clickhouse.conversion;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;

/**
 * A type whose values are integers in little-endian two's complement, each times the same unit:
 * whole numbers, decimals, and times since 1970.
 *
 * @param bytes length of a value
 * @param signed whether the encoding has a sign
 * @param unit value of the integer 1; for times in seconds
 * @param least the least integer that the type holds
 * @param greatest the greatest integer that the type holds
 */
public record FixedPoint(
    int bytes, boolean signed, BigDecimal unit, BigInteger least, BigInteger greatest) {
  private static final BigDecimal DAY = BigDecimal.valueOf(86_400);
  private static final BigInteger FIRST_SECOND = seconds("1900-01-01T00:00:00Z");
  private static final BigInteger AFTER_LAST_SECOND = seconds("2300-01-01T00:00:00Z");
  private static final BigInteger LONGEST = BigInteger.valueOf(Long.MAX_VALUE);

  private static BigInteger seconds(String time) {
    return BigInteger.valueOf(Instant.parse(time).getEpochSecond());
  }

  /** {@code Int8} to {@code UInt256}. */
  public static FixedPoint whole(int bits, boolean signed) {
    BigInteger count = BigInteger.TWO.pow(signed ? bits - 1 : bits);
    return new FixedPoint(
        bits / Byte.SIZE,
        signed,
        BigDecimal.ONE,
        signed ? count.negate() : BigInteger.ZERO,
        count.subtract(BigInteger.ONE));
  }

  /** {@code Bool}: 0 or 1. */
  public static FixedPoint bool() {
    return new FixedPoint(1, false, BigDecimal.ONE, BigInteger.ZERO, BigInteger.ONE);
  }

  /** {@code Decimal(precision, scale)}. */
  public static FixedPoint decimal(int precision, int scale) {
    BigInteger greatest = BigInteger.TEN.pow(precision).subtract(BigInteger.ONE);
    int bytes = precision <= 9 ? 4 : precision <= 18 ? 8 : precision <= 38 ? 16 : 32;
    return new FixedPoint(bytes, true, unit(scale), greatest.negate(), greatest);
  }

  private static BigDecimal unit(int digits) {
    return BigDecimal.ONE.scaleByPowerOfTen(-digits);
  }

  /** {@code DateTime64(digits)}: 1900 to 2299, with nine digits to 2262. */
  public static FixedPoint dateTime64(int digits) {
    BigInteger second = BigInteger.TEN.pow(digits);
    return new FixedPoint(
        Long.BYTES,
        true,
        unit(digits),
        FIRST_SECOND.multiply(second),
        AFTER_LAST_SECOND.multiply(second).subtract(BigInteger.ONE).min(LONGEST));
  }

  /** {@code DateTime}: seconds from 1970 to 2106. */
  public static FixedPoint dateTime() {
    return whole(Integer.SIZE, false);
  }

  /** {@code Date}: days from 1970 to 2149. */
  public static FixedPoint date() {
    FixedPoint days = whole(Short.SIZE, false);
    return new FixedPoint(days.bytes, false, DAY, days.least, days.greatest);
  }

  /** {@code Date32}: days from 1900 to 2299. */
  public static FixedPoint date32() {
    BigInteger day = DAY.toBigInteger();
    return new FixedPoint(
        Integer.BYTES,
        true,
        DAY,
        FIRST_SECOND.divide(day),
        AFTER_LAST_SECOND.divide(day).subtract(BigInteger.ONE));
  }

  /** Whether every integer of the encoding is a {@code long}. */
  boolean isLong() {
    return bytes < Long.BYTES || (bytes == Long.BYTES && signed);
  }

  boolean isWhole() {
    return unit.compareTo(BigDecimal.ONE) == 0;
  }
}
