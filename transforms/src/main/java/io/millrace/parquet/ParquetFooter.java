package io.millrace.parquet;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.column.page.PageReader;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.Util;
import org.apache.parquet.schema.MessageType;

/**
 * The footer of a Parquet file: its schema and where its row groups are. Parquet's own library
 * decodes the pages; its reader of whole files is not used, because it needs Hadoop.
 *
 * @param schema the columns
 * @param meta the footer as it is in the file
 */
public record ParquetFooter(MessageType schema, FileMetaData meta) {
  private static final String MAGIC = "PAR1";
  private static final String ENCRYPTED_MAGIC = "PARE";

  /** The length of the footer and the magic, at the end of a file. */
  public static final int TAIL = 8;

  /**
   * How many bytes at the end of a file are its footer, with the tail.
   *
   * @param end the last bytes of the file, at least {@link #TAIL} of them
   * @param fileBytes the length of the file
   * @throws UnsupportedParquetException if this is no Parquet file, or one that is encrypted
   */
  public static int length(byte[] end, long fileBytes) throws UnsupportedParquetException {
    String magic = end.length < TAIL ? "" : ascii(end, end.length - MAGIC.length());
    if (magic.equals(ENCRYPTED_MAGIC)) {
      throw new UnsupportedParquetException(
          "is encrypted; expected a Parquet file without encryption");
    }
    int length =
        magic.equals(MAGIC)
            ? ByteBuffer.wrap(end).order(ByteOrder.LITTLE_ENDIAN).getInt(end.length - TAIL)
            : -1;
    if (length < 0 || length > fileBytes - TAIL) {
      throw new UnsupportedParquetException("is no Parquet file");
    }
    return length + TAIL;
  }

  /**
   * Reads the footer.
   *
   * @param end the last bytes of a file, at least {@link #length} of them
   * @throws UnsupportedParquetException if this is no Parquet file, or one that is encrypted
   * @throws IOException if the footer is damaged
   */
  public static ParquetFooter read(byte[] end) throws IOException, UnsupportedParquetException {
    int length = length(end, end.length);
    FileMetaData meta =
        Util.readFileMetaData(new ByteArrayInputStream(end, end.length - length, length - TAIL));
    return new ParquetFooter(ParquetSchema.of(meta.getSchema()), meta);
  }

  private static String ascii(byte[] bytes, int from) {
    return new String(bytes, from, MAGIC.length(), StandardCharsets.US_ASCII);
  }

  /** The program that wrote the file. */
  public String createdBy() {
    return meta.getCreated_by();
  }

  public int rowGroups() {
    return meta.getRow_groupsSize();
  }

  /** The number of rows of a row group. */
  public long rows(int group) {
    return meta.getRow_groups().get(group).getNum_rows();
  }

  /** Where a row group begins in its file. */
  public long start(int group) {
    long start = Long.MAX_VALUE;
    for (ColumnChunk column : meta.getRow_groups().get(group).getColumns()) {
      start = Math.min(start, start(column.getMeta_data()));
    }
    return start;
  }

  /** Where a row group ends in its file. */
  public long end(int group) {
    long end = 0;
    for (ColumnChunk column : meta.getRow_groups().get(group).getColumns()) {
      ColumnMetaData chunk = column.getMeta_data();
      end = Math.max(end, start(chunk) + chunk.getTotal_compressed_size());
    }
    return end;
  }

  private static long start(ColumnMetaData chunk) {
    return chunk.isSetDictionary_page_offset() && chunk.getDictionary_page_offset() > 0
        ? Math.min(chunk.getDictionary_page_offset(), chunk.getData_page_offset())
        : chunk.getData_page_offset();
  }

  /**
   * The pages of some columns of a row group.
   *
   * @param bytes bytes of the file
   * @param base where they begin in the file
   * @param mostBytes the most bytes that a page may have after decompression
   * @throws UnsupportedParquetException if they are encrypted, or compressed in another way
   * @throws IOException if a page is damaged
   */
  public PageReadStore pages(
      int group, List<ColumnDescriptor> columns, byte[] bytes, long base, int mostBytes)
      throws IOException, UnsupportedParquetException {
    RowGroup rows = meta.getRow_groups().get(group);
    Map<ColumnDescriptor, PageReader> pages = new HashMap<>();
    for (ColumnDescriptor column : columns) {
      pages.put(column, ColumnPages.read(bytes, base, mostBytes, chunk(rows, column)));
    }
    return new PageReadStore() {
      @Override
      public PageReader getPageReader(ColumnDescriptor descriptor) {
        return pages.get(descriptor);
      }

      @Override
      public long getRowCount() {
        return rows.getNum_rows();
      }
    };
  }

  private static ColumnChunk chunk(RowGroup rows, ColumnDescriptor column)
      throws UnsupportedParquetException {
    List<String> path = List.of(column.getPath());
    for (ColumnChunk chunk : rows.getColumns()) {
      if (chunk.isSetCrypto_metadata()) {
        throw new UnsupportedParquetException(
            "is encrypted; expected a Parquet file without encryption");
      }
      if (chunk.getMeta_data().getPath_in_schema().equals(path)) {
        return chunk;
      }
    }
    throw new IllegalArgumentException("a row group without the column " + String.join(".", path));
  }
}
