package io.millrace.rollup.measure;

import io.millrace.contract.FieldType;
import io.millrace.event.RowValues;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/** The minimum or the maximum of a field. */
final class MinMaxAccumulator implements Accumulator {
  private final int index;
  private final FieldType type;
  private final int sign;
  private @Nullable Object extreme;

  /**
   * Creates an empty accumulator.
   *
   * @param sign 1 for the maximum, -1 for the minimum
   */
  MinMaxAccumulator(int index, FieldType type, int sign) {
    this.index = index;
    this.type = type;
    this.sign = sign;
  }

  @Override
  public void add(RowValues row) {
    take(row.get(index));
  }

  @Override
  public void merge(Accumulator other) {
    take(((MinMaxAccumulator) other).extreme);
  }

  private void take(@Nullable Object value) {
    Object most = extreme;
    if (value != null && (most == null || sign * compare(value, most) > 0)) {
      extreme = value;
    }
  }

  @SuppressWarnings("unchecked") // values of one type with an order
  private int compare(Object a, Object b) {
    return type == FieldType.UINT64
        ? Long.compareUnsigned((Long) a, (Long) b)
        : ((Comparable<Object>) a).compareTo(b);
  }

  @Override
  public void write(DataOutput out) throws IOException {
    Object value = extreme;
    out.writeBoolean(value != null);
    if (value == null) {
      return;
    }
    switch (type) {
      case INT32 -> out.writeInt((Integer) value);
      case INT64, UINT64 -> out.writeLong((Long) value);
      case FLOAT32 -> out.writeFloat((Float) value);
      case FLOAT64 -> out.writeDouble((Double) value);
      case TIMESTAMP -> {
        Instant time = (Instant) value;
        out.writeLong(time.getEpochSecond());
        out.writeInt(time.getNano());
      }
      case DECIMAL -> LengthPrefixed.writeDecimal((BigDecimal) value, out);
      case STRING, BOOLEAN, UUID, IPV4, IPV6, ENUM, JSON, TEXT -> throw hasNoOrder();
      case MAP, ARRAY, RECORD -> throw hasNoOrder();
    }
  }

  @Override
  public void read(DataInput in) throws IOException {
    if (!in.readBoolean()) {
      return;
    }
    extreme =
        switch (type) {
          case INT32 -> in.readInt();
          case INT64, UINT64 -> in.readLong();
          case FLOAT32 -> in.readFloat();
          case FLOAT64 -> in.readDouble();
          case TIMESTAMP -> Instant.ofEpochSecond(in.readLong(), in.readInt());
          case DECIMAL -> LengthPrefixed.readDecimal(in);
          case STRING, BOOLEAN, UUID, IPV4, IPV6, ENUM, JSON, TEXT -> throw hasNoOrder();
          case MAP, ARRAY, RECORD -> throw hasNoOrder();
        };
  }

  private IllegalStateException hasNoOrder() {
    return new IllegalStateException("values of type " + type + " have no order");
  }

  @Override
  public void results(List<Object> values) {
    values.add(extreme);
  }
}
