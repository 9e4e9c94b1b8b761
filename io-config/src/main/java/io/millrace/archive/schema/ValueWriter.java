package io.millrace.archive.schema;

import io.millrace.contract.FieldDefinition;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.values.Row;
import org.apache.parquet.column.ColumnWriter;
import org.apache.parquet.io.api.Binary;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Writes the values of a field to its columns. A repetition level says at which list a value
 * continues, a definition level how much of its path is not null.
 */
interface ValueWriter {
  /** Writes a value of a row. */
  void write(@Nullable Object value, int repetition);

  /** Writes that a value does not exist because one around it is null or empty. */
  void absent(int repetition, int definition);

  /**
   * The writer of a field.
   *
   * @param columns the columns of the file, from the first one of the field on
   * @param depth where the field is
   */
  static ValueWriter of(FieldDefinition field, Iterator<ColumnWriter> columns, Depth depth) {
    return switch (field.type()) {
      case ARRAY -> {
        Depth inside = depth.inList();
        yield new Lists(depth, of(field.items(), columns, inside));
      }
      case MAP -> {
        Depth inside = depth.inList();
        ColumnWriter keys = columns.next();
        FieldDefinition items = field.items();
        yield new Maps(
            depth,
            keys,
            items == null
                ? new Scalars(inside, columns.next(), ScalarWriter::text)
                : of(items, columns, inside));
      }
      case RECORD ->
          new Records(
              depth,
              field.fields().stream().map(child -> of(child, columns, depth.inGroup())).toList());
      default -> new Scalars(depth, columns.next(), ScalarWriter.of(field));
    };
  }

  /**
   * The levels of a field whose parents are there.
   *
   * @param repetition the number of lists around it
   * @param definition the definition level if it is null
   */
  record Depth(int repetition, int definition) {
    static final Depth TOP = new Depth(0, 0);

    /** The levels of the elements of a list or map in its place. */
    Depth inList() {
      return new Depth(repetition + 1, definition + 2);
    }

    Depth inGroup() {
      return new Depth(repetition, definition + 1);
    }
  }

  /** Single values. */
  record Scalars(Depth depth, ColumnWriter column, ScalarWriter writer) implements ValueWriter {
    @Override
    public void write(@Nullable Object value, int repetition) {
      if (value == null) {
        column.writeNull(repetition, depth.definition());
      } else {
        writer.write(value, column, repetition, depth.definition() + 1);
      }
    }

    @Override
    public void absent(int repetition, int definition) {
      column.writeNull(repetition, definition);
    }
  }

  /** Arrays. */
  record Lists(Depth depth, ValueWriter elements) implements ValueWriter {
    @Override
    public void write(@Nullable Object value, int repetition) {
      if (value == null) {
        absent(repetition, depth.definition());
        return;
      }
      int level = repetition;
      for (Object element : (Iterable<?>) value) {
        elements.write(element, level);
        level = depth.repetition() + 1;
      }
      if (((java.util.Collection<?>) value).isEmpty()) {
        absent(repetition, depth.definition() + 1);
      }
    }

    @Override
    public void absent(int repetition, int definition) {
      elements.absent(repetition, definition);
    }
  }

  /** Maps from texts. */
  record Maps(Depth depth, ColumnWriter keys, ValueWriter values) implements ValueWriter {
    @Override
    public void write(@Nullable Object value, int repetition) {
      if (value == null) {
        absent(repetition, depth.definition());
        return;
      }
      Map<?, ?> map = (Map<?, ?>) value;
      int level = repetition;
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        keys.write(Binary.fromString(entry.getKey().toString()), level, depth.definition() + 2);
        values.write(entry.getValue(), level);
        level = depth.repetition() + 1;
      }
      if (map.isEmpty()) {
        absent(repetition, depth.definition() + 1);
      }
    }

    @Override
    public void absent(int repetition, int definition) {
      keys.writeNull(repetition, definition);
      values.absent(repetition, definition);
    }
  }

  /** Objects with declared fields. */
  record Records(Depth depth, List<ValueWriter> fields) implements ValueWriter {
    @Override
    public void write(@Nullable Object value, int repetition) {
      if (value == null) {
        absent(repetition, depth.definition());
        return;
      }
      Row row = (Row) value;
      for (int i = 0; i < fields.size(); i++) {
        fields.get(i).write(row.getValue(i), repetition);
      }
    }

    @Override
    public void absent(int repetition, int definition) {
      for (ValueWriter field : fields) {
        field.absent(repetition, definition);
      }
    }
  }
}
