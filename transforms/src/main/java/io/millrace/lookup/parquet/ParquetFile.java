package io.millrace.lookup.parquet;

import io.millrace.lookup.LookupException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.impl.ColumnReadStoreImpl;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.column.page.PageReader;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.Util;
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
  private static final String MAGIC = "PAR1";
  private static final String ENCRYPTED_MAGIC = "PARE";

  /** The length of the footer and the magic, at the end. */
  private static final int TAIL = 8;

  private final byte[] bytes;
  private final int mostBytes;
  private final FileMetaData footer;
  private final MessageType schema;

  private ParquetFile(byte[] bytes, int mostBytes, FileMetaData footer, MessageType schema) {
    this.bytes = bytes;
    this.mostBytes = mostBytes;
    this.footer = footer;
    this.schema = schema;
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
    String magic = bytes.length < TAIL ? "" : ascii(bytes, bytes.length - MAGIC.length());
    if (magic.equals(ENCRYPTED_MAGIC)) {
      throw new LookupException("is encrypted; expected a Parquet file without encryption");
    }
    int length =
        magic.equals(MAGIC)
            ? ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(bytes.length - TAIL)
            : -1;
    if (length < 0 || length > bytes.length - TAIL) {
      throw new LookupException("is no Parquet file");
    }
    int start = bytes.length - TAIL - length;
    FileMetaData footer = Util.readFileMetaData(new ByteArrayInputStream(bytes, start, length));
    return new ParquetFile(bytes, mostBytes, footer, ParquetSchema.of(footer.getSchema()));
  }

  private static String ascii(byte[] bytes, int from) {
    return new String(bytes, from, MAGIC.length(), StandardCharsets.US_ASCII);
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
    return footer.getRow_groupsSize();
  }

  long rows(int group) {
    return footer.getRow_groups().get(group).getNum_rows();
  }

  /** Readers of the values of a row group, in the order of the columns. */
  ColumnReader[] readers(int group, List<Column> columns) throws IOException, LookupException {
    RowGroup rows = footer.getRow_groups().get(group);
    ColumnReader[] readers = new ColumnReader[columns.size()];
    for (int i = 0; i < readers.length; i++) {
      ColumnDescriptor column = columns.get(i).descriptor();
      PageReader pages = ColumnPages.read(bytes, mostBytes, chunk(rows, column));
      PageReadStore store =
          new PageReadStore() {
            @Override
            public PageReader getPageReader(ColumnDescriptor descriptor) {
              return pages;
            }

            @Override
            public long getRowCount() {
              return rows.getNum_rows();
            }
          };
      readers[i] =
          new ColumnReadStoreImpl(store, new Ignored(schema), schema, footer.getCreated_by())
              .getColumnReader(column);
    }
    return readers;
  }

  private static ColumnChunk chunk(RowGroup rows, ColumnDescriptor column) throws LookupException {
    List<String> path = List.of(column.getPath());
    for (ColumnChunk chunk : rows.getColumns()) {
      if (chunk.isSetCrypto_metadata()) {
        throw new LookupException("is encrypted; expected a Parquet file without encryption");
      }
      if (chunk.getMeta_data().getPath_in_schema().equals(path)) {
        return chunk;
      }
    }
    throw new IllegalArgumentException("a row group without the column " + path(column));
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
