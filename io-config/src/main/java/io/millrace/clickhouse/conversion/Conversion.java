package io.millrace.clickhouse.conversion;

import java.util.List;

/**
 * How the encoded values of one type become values of another. No conversion alters a value.
 *
 * @param same whether both encodings are equal, so that the bytes can be sent as they are
 * @param checked whether some values do not fit, so that a row may be rejected
 * @param merging whether different values may become equal, such as two spellings of an address
 * @param mover moves one value
 */
public record Conversion(boolean same, boolean checked, boolean merging, ValueMover mover) {
  /** A conversion that every value passes. */
  static Conversion exact(ValueMover mover) {
    return new Conversion(false, false, false, mover);
  }

  /** A conversion that rejects values. */
  static Conversion checked(ValueMover mover) {
    return new Conversion(false, true, false, mover);
  }

  Conversion andMerging() {
    return new Conversion(same, checked, true, mover);
  }

  /** Keeps a value of fixed length. */
  public static Conversion keep(int bytes) {
    return new Conversion(true, false, false, (in, out) -> in.moveBytes(bytes, out));
  }

  /** Keeps a value that begins with its length, such as a text. */
  public static Conversion keepCounted() {
    return new Conversion(true, false, false, (in, out) -> in.moveCounted(out));
  }

  /** Writes values that are never null into a nullable column. */
  public Conversion intoNullable() {
    return new Conversion(
        false,
        checked,
        merging,
        (in, out) -> {
          out.writeByte(0);
          mover.move(in, out);
        });
  }

  /** Writes nullable values into a nullable column. */
  public Conversion ofNullable() {
    return new Conversion(
        same,
        checked,
        merging,
        (in, out) -> {
          byte isNull = in.readByte();
          out.writeByte(isNull);
          if (isNull == 0) {
            mover.move(in, out);
          }
        });
  }

  /** Values side by side: the elements of a tuple. */
  public static Conversion sequence(List<Conversion> elements) {
    ValueMover[] movers = movers(elements);
    return of(
        elements,
        (in, out) -> {
          for (ValueMover mover : movers) {
            mover.move(in, out);
          }
        });
  }

  /** A count, and so many times these values: an array, or a map with keys and values. */
  public static Conversion repeated(List<Conversion> elements) {
    ValueMover[] movers = movers(elements);
    return of(
        elements,
        (in, out) -> {
          int count = in.readVarInt();
          out.writeVarInt(count);
          for (int i = 0; i < count; i++) {
            for (ValueMover mover : movers) {
              mover.move(in, out);
            }
          }
        });
  }

  private static ValueMover[] movers(List<Conversion> elements) {
    return elements.stream().map(Conversion::mover).toArray(ValueMover[]::new);
  }

  private static Conversion of(List<Conversion> elements, ValueMover mover) {
    return new Conversion(
        elements.stream().allMatch(Conversion::same),
        elements.stream().anyMatch(Conversion::checked),
        elements.stream().anyMatch(Conversion::merging),
        mover);
  }
}
