package io.millrace.rollup.measure;

import io.millrace.contract.FieldDefinition;
import io.millrace.contract.FieldType;
import io.millrace.contract.Measure;
import io.millrace.event.RowValues;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.List;

/**
 * The sum or the arithmetic mean of a number. Sums of integers and decimals are exact at any size.
 * A sum that exceeds the range of its column becomes the nearest value in the range. Sums of
 * float32 and float64 are doubles that compensate rounding errors (Neumaier's algorithm) and are
 * accurate to the last digit or two.
 */
final class SumAccumulator implements Accumulator {
  private static final BigDecimal MIN_LONG = BigDecimal.valueOf(Long.MIN_VALUE);
  private static final BigDecimal MAX_LONG = BigDecimal.valueOf(Long.MAX_VALUE);

  private static final BigDecimal MAX_UNSIGNED = new BigDecimal(Long.toUnsignedString(-1));

  private final int index;
  private final FieldType type;
  private final int scale;
  private final boolean mean;
  private long count;
  private long whole;
  private BigDecimal large = BigDecimal.ZERO;
  private double sum;
  private double lost;

  SumAccumulator(int index, FieldDefinition field, boolean mean) {
    this.index = index;
    this.type = field.type();
    this.scale = field.scale();
    this.mean = mean;
  }

  @Override
  public void add(RowValues row) {
    Object value = row.get(index);
    if (value == null) {
      return;
    }
    count++;
    switch (type) {
      case FLOAT32, FLOAT64 -> addDouble(((Number) value).doubleValue());
      case DECIMAL -> large = large.add((BigDecimal) value);
      case INT32, INT64 -> addWhole(((Number) value).longValue());
      case UINT64 -> addUnsigned((Long) value);
      case STRING, BOOLEAN, TIMESTAMP, UUID, IPV4, IPV6, ENUM, JSON, TEXT, MAP, ARRAY, RECORD ->
          throw new IllegalStateException("values of type " + type + " have no sum");
    }
  }

  private void addWhole(long value) {
    long added = whole + value;
    if (((whole ^ added) & (value ^ added)) < 0) {
      large = large.add(BigDecimal.valueOf(whole));
      whole = value;
    } else {
      whole = added;
    }
  }

  private void addUnsigned(long bits) {
    if (bits >= 0) {
      addWhole(bits);
    } else {
      large = large.add(new BigDecimal(Long.toUnsignedString(bits)));
    }
  }

  private void addDouble(double value) {
    double added = sum + value;
    lost += Math.abs(sum) >= Math.abs(value) ? (sum - added) + value : (value - added) + sum;
    sum = added;
  }

  @Override
  public void merge(Accumulator other) {
    SumAccumulator that = (SumAccumulator) other;
    count += that.count;
    addWhole(that.whole);
    large = large.add(that.large);
    addDouble(that.sum);
    lost += that.lost;
  }

  @Override
  public void write(DataOutput out) throws IOException {
    out.writeLong(count);
    out.writeLong(whole);
    LengthPrefixed.writeDecimal(large, out);
    out.writeDouble(sum);
    out.writeDouble(lost);
  }

  @Override
  public void read(DataInput in) throws IOException {
    count = in.readLong();
    whole = in.readLong();
    large = LengthPrefixed.readDecimal(in);
    sum = in.readDouble();
    lost = in.readDouble();
  }

  @Override
  public void results(List<Object> values) {
    if (mean) {
      values.add(count == 0 ? null : mean());
    } else if (isFloat()) {
      values.add(sumOfDoubles());
    } else if (type == FieldType.DECIMAL) {
      BigDecimal limit =
          new BigDecimal(
              BigInteger.TEN.pow(Measure.MAX_DECIMAL_DIGITS).subtract(BigInteger.ONE), scale);
      values.add(exact().max(limit.negate()).min(limit));
    } else if (type == FieldType.UINT64) {
      values.add(exact().min(MAX_UNSIGNED).toBigInteger().longValue());
    } else {
      values.add(exact().max(MIN_LONG).min(MAX_LONG).longValueExact());
    }
  }

  private boolean isFloat() {
    return type == FieldType.FLOAT32 || type == FieldType.FLOAT64;
  }

  private double sumOfDoubles() {
    // An infinite sum has no correction: infinity minus infinity is NaN.
    return Double.isInfinite(sum) ? sum : sum + lost;
  }

  private BigDecimal exact() {
    return large.add(BigDecimal.valueOf(whole));
  }

  private double mean() {
    return isFloat()
        ? sumOfDoubles() / count
        : exact().divide(BigDecimal.valueOf(count), MathContext.DECIMAL64).doubleValue();
  }
}
