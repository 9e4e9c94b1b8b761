package io.millrace.lookup.parquet;

import io.millrace.lookup.LookupException;
import io.millrace.parquet.ParquetFooter;
import io.millrace.parquet.UnsupportedParquetException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.impl.ColumnReadStoreImpl;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.MessageType;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A Parquet file in memory. Parquet's own library decodes the pages; its reader of whole files is
 * not used, because it needs Hadoop.
 */
final class ParquetFile {
  private final byte[] bytes;
  private final int mostBytes;
  private final ParquetFooter footer;
  private final MessageType schema;

  private ParquetFile(byte[] bytes, int mostBytes, ParquetFooter footer) {
    this.bytes = bytes;
    this.mostBytes = mostBytes;
    this.footer = footer;
    this.schema = footer.schema();
  }

  /**
   * A column of the file.
   *
   * @param descriptor where it is and what may be absent
   * @param texts gives its values as texts
   */
  record Column(ColumnDescriptor descriptor, ColumnText texts) {
    /**
     * The value in the next row; null if there is none.
     *
     * @param place where the row is, for messages
     */
    @Nullable String next(ColumnReader reader, String place) throws LookupException {
      boolean present = reader.getCurrentDefinitionLevel() == descriptor.getMaxDefinitionLevel();
      String text;
      try {
        text = present ? texts.text(reader) : null;
      } catch (CharacterCodingException e) {
        throw new LookupException(
            "%s: the value of `%s` is not UTF-8".formatted(place, path(descriptor)), e);
      }
      reader.consume();
      return text;
    }
  }

  /**
   * Reads the footer.
   *
   * @param mostBytes the most bytes that a page may have after decompression
   * @throws LookupException if this is no Parquet file, or one that is encrypted
   */
  static ParquetFile open(byte[] bytes, int mostBytes) throws IOException, LookupException {
    try {
      return new ParquetFile(bytes, mostBytes, ParquetFooter.read(bytes));
    } catch (UnsupportedParquetException e) {
      throw new LookupException(e.getMessage(), e);
    }
  }

  /**
   * A column by its name, or by its path with points.
   *
   * @throws LookupException if there is none, or its values are not single texts or numbers
   */
  Column column(String name) throws LookupException {
    ColumnDescriptor found = null;
    for (ColumnDescriptor column : schema.getColumns()) {
      if (path(column).equals(name)) {
        found = column;
      }
    }
    if (found == null) {
      throw new LookupException(
          "has no column `%s`; its columns are %s"
              .formatted(
                  name,
                  schema.getColumns().stream()
                      .map(ParquetFile::path)
                      .collect(Collectors.joining(", "))));
    }
    ColumnText texts =
        found.getMaxRepetitionLevel() == 0 ? ColumnText.of(found.getPrimitiveType()) : null;
    if (texts == null) {
      throw new LookupException(
          "the column `%s` has the type %s; expected single texts, numbers, times or booleans"
              .formatted(name, schema.getType(found.getPath()[0])));
    }
    return new Column(found, texts);
  }

  private static String path(ColumnDescriptor column) {
    return String.join(".", column.getPath());
  }

  int rowGroups() {
    return footer.rowGroups();
  }

  long rows(int group) {
    return footer.rows(group);
  }

  /** Readers of the values of a row group, in the order of the columns. */
  ColumnReader[] readers(int group, List<Column> columns) throws IOException, LookupException {
    ColumnReader[] readers = new ColumnReader[columns.size()];
    for (int i = 0; i < readers.length; i++) {
      ColumnDescriptor column = columns.get(i).descriptor();
      PageReadStore store;
      try {
        store = footer.pages(group, List.of(column), bytes, 0, mostBytes);
      } catch (UnsupportedParquetException e) {
        throw new LookupException(e.getMessage(), e);
      }
      readers[i] =
          new ColumnReadStoreImpl(store, new Ignored(schema), schema, footer.createdBy())
              .getColumnReader(column);
    }
    return readers;
  }

  /** The library asks for converters, which are not used: values are read one by one. */
  private static final class Ignored extends GroupConverter {
    private final GroupType type;

    Ignored(GroupType type) {
      this.type = type;
    }

    @Override
    public Converter getConverter(int index) {
      return type.getType(index).isPrimitive()
          ? new PrimitiveConverter() {}
          : new Ignored(type.getType(index).asGroupType());
    }

    @Override
    public void start() {}

    @Override
    public void end() {}
  }
}
