package io.millrace.archive.schema;

import io.millrace.contract.FieldDefinition;
import io.millrace.contract.RowSchemas;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongFunction;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;
import org.apache.parquet.column.Dictionary;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Creates what makes the values of a field from its columns, the reverse of {@link ValueWriter}.
 */
final class Converters {
  private Converters() {}

  /**
   * The converter of a field.
   *
   * @param target receives each value that is not null
   */
  static Converter of(FieldDefinition field, Consumer<Object> target) {
    return switch (field.type()) {
      case STRING, TEXT, JSON, IPV4, IPV6, ENUM -> new Bytes(Binary::toStringUsingUTF8, target);
      case UUID -> new Bytes(Converters::uuid, target);
      case INT32 -> new Numbers(number -> (int) number, target);
      case INT64, UINT64 -> new Numbers(number -> number, target);
      case TIMESTAMP -> new Numbers(time(field.digits()), target);
      case DECIMAL -> decimal(field.precision(), field.scale(), target);
      case FLOAT32, FLOAT64, BOOLEAN -> new Others(target);
      case ARRAY -> new Lists(add -> of(field.items(), add), target);
      case MAP -> new Maps(field.items(), target);
      case RECORD -> new Records(field.fields(), target);
    };
  }

  static String uuid(Binary bytes) {
    ByteBuffer value = bytes.toByteBuffer();
    return new UUID(value.getLong(), value.getLong()).toString();
  }

  private static LongFunction<Object> time(int digits) {
    long units =
        switch (ParquetTypes.unit(digits)) {
          case MILLIS -> ScalarWriter.MILLIS;
          case MICROS -> ScalarWriter.MICROS;
          case NANOS -> ScalarWriter.NANOS;
        };
    long nanos = ScalarWriter.NANOS / units;
    return number ->
        Instant.ofEpochSecond(Math.floorDiv(number, units), Math.floorMod(number, units) * nanos);
  }

  private static Converter decimal(int precision, int scale, Consumer<Object> target) {
    return precision <= ScalarWriter.DIGITS_OF_INT64
        ? new Numbers(number -> BigDecimal.valueOf(number, scale), target)
        : new Bytes(bytes -> new BigDecimal(new BigInteger(bytes.getBytesUnsafe()), scale), target);
  }

  /** Texts and bytes. Makes the value of each entry of a dictionary once. */
  static final class Bytes extends PrimitiveConverter {
    private final Function<Binary, Object> make;
    private final Consumer<Object> target;
    private Object[] known = {};

    Bytes(Function<Binary, Object> make, Consumer<Object> target) {
      this.make = make;
      this.target = target;
    }

    @Override
    public boolean hasDictionarySupport() {
      return true;
    }

    @Override
    public void setDictionary(Dictionary dictionary) {
      known = new Object[dictionary.getMaxId() + 1];
      Arrays.setAll(known, id -> make.apply(dictionary.decodeToBinary(id)));
    }

    @Override
    public void addValueFromDictionary(int id) {
      target.accept(known[id]);
    }

    @Override
    public void addBinary(Binary value) {
      target.accept(make.apply(value));
    }
  }

  /** Integers of both sizes. */
  static final class Numbers extends PrimitiveConverter {
    private final LongFunction<Object> make;
    private final Consumer<Object> target;

    Numbers(LongFunction<Object> make, Consumer<Object> target) {
      this.make = make;
      this.target = target;
    }

    @Override
    public void addInt(int value) {
      target.accept(make.apply(value));
    }

    @Override
    public void addLong(long value) {
      target.accept(make.apply(value));
    }
  }

  /** Floats and booleans. */
  private static final class Others extends PrimitiveConverter {
    private final Consumer<Object> target;

    Others(Consumer<Object> target) {
      this.target = target;
    }

    @Override
    public void addFloat(float value) {
      target.accept(value);
    }

    @Override
    public void addDouble(double value) {
      target.accept(value);
    }

    @Override
    public void addBoolean(boolean value) {
      target.accept(value);
    }
  }

  /** A group of one field, which repeats inside of another. */
  private static final class Only extends GroupConverter {
    private final List<Converter> children;
    private final Runnable end;

    Only(List<Converter> children, Runnable end) {
      this.children = children;
      this.end = end;
    }

    @Override
    public Converter getConverter(int index) {
      return children.get(index);
    }

    @Override
    public void start() {}

    @Override
    public void end() {
      end.run();
    }
  }

  /** Arrays. */
  static final class Lists extends GroupConverter {
    private final Consumer<Object> target;
    private final Converter repeated;
    private List<Object> list = List.of();

    /**
     * Creates the converter.
     *
     * @param element creates that of the elements
     */
    Lists(Function<Consumer<Object>, Converter> element, Consumer<Object> target) {
      this.target = target;
      this.repeated = new Only(List.of(element.apply(value -> list.add(value))), () -> {});
    }

    @Override
    public Converter getConverter(int index) {
      return repeated;
    }

    @Override
    public void start() {
      list = new ArrayList<>();
    }

    @Override
    public void end() {
      target.accept(list);
    }
  }

  private static final class Maps extends GroupConverter {
    private final Consumer<Object> target;
    private final Converter repeated;
    private Map<String, @Nullable Object> map = Map.of();
    private String key = "";
    private @Nullable Object value;

    Maps(@Nullable FieldDefinition items, Consumer<Object> target) {
      this.target = target;
      Converter keys = new Bytes(Binary::toStringUsingUTF8, text -> key = (String) text);
      Converter values =
          items == null
              ? new Bytes(Binary::toStringUsingUTF8, text -> value = text)
              : of(items, item -> value = item);
      this.repeated =
          new Only(
              List.of(keys, values),
              () -> {
                map.put(key, value);
                value = null;
              });
    }

    @Override
    public Converter getConverter(int index) {
      return repeated;
    }

    @Override
    public void start() {
      map = new LinkedHashMap<>();
    }

    @Override
    public void end() {
      target.accept(map);
    }
  }

  private static final class Records extends GroupConverter {
    private final List<Converter> children = new ArrayList<>();
    private final Schema schema;
    private final Consumer<Object> target;
    private @Nullable Object[] values = {};

    Records(List<FieldDefinition> fields, Consumer<Object> target) {
      this.schema = RowSchemas.of(fields);
      this.target = target;
      for (int i = 0; i < fields.size(); i++) {
        int index = i;
        children.add(of(fields.get(i), value -> values[index] = value));
      }
    }

    @Override
    public Converter getConverter(int index) {
      return children.get(index);
    }

    @Override
    public void start() {
      values = new @Nullable Object[children.size()];
    }

    @Override
    public void end() {
      target.accept(Row.withSchema(schema).attachValues(Arrays.asList(values)));
    }
  }
}
