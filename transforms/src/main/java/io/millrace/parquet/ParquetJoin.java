package io.millrace.parquet;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.ColumnOrder;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.TypeDefinedOrder;
import org.apache.parquet.format.Util;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Joins Parquet files with the same schema to one with all of their row groups. Copies the bytes of
 * the row groups; nothing is decoded. Not thread-safe.
 *
 * <p>Memory: one of the files, and the footers of all.
 */
public final class ParquetJoin {
  static final byte[] MAGIC = "PAR1".getBytes(StandardCharsets.US_ASCII);

  private static final String CREATED_BY = "millrace";

  private final OutputStream out;
  private final List<RowGroup> groups = new ArrayList<>();
  private @Nullable FileMetaData first;
  private long position;
  private long rows;

  /** Begins a file in a stream, which {@link #finish} does not close. */
  public ParquetJoin(OutputStream out) throws IOException {
    this.out = out;
    out.write(MAGIC);
    position = MAGIC.length;
  }

  /**
   * Appends the row groups of a file.
   *
   * @throws UnsupportedParquetException if these are not the bytes of a Parquet file
   * @throws IllegalArgumentException if its schema is another one
   */
  public void append(byte[] file) throws IOException, UnsupportedParquetException {
    FileMetaData footer = ParquetFooter.read(file).meta();
    FileMetaData before = first;
    if (before == null) {
      first = footer;
    } else if (!before.getSchema().equals(footer.getSchema())) {
      throw new IllegalArgumentException("files with different columns cannot be joined");
    }
    int end = file.length - ParquetFooter.length(file, file.length);
    long moved = position - MAGIC.length;
    out.write(file, MAGIC.length, end - MAGIC.length);
    position += end - MAGIC.length;
    for (RowGroup group : footer.getRow_groups()) {
      for (ColumnChunk column : group.getColumns()) {
        ColumnMetaData chunk = column.getMeta_data();
        chunk.setData_page_offset(chunk.getData_page_offset() + moved);
        if (chunk.isSetDictionary_page_offset()) {
          chunk.setDictionary_page_offset(chunk.getDictionary_page_offset() + moved);
        }
      }
      group.setFile_offset(group.getFile_offset() + moved);
      group.setOrdinal((short) groups.size());
      groups.add(group);
      rows += group.getNum_rows();
    }
  }

  /**
   * Writes the footer.
   *
   * @return the file's length
   */
  public long finish() throws IOException {
    FileMetaData footer = first;
    if (footer == null) {
      throw new IllegalStateException("no file to join");
    }
    FileMetaData joined = new FileMetaData(footer.getVersion(), footer.getSchema(), rows, groups);
    joined.setKey_value_metadata(footer.getKey_value_metadata());
    return position + writeFooter(joined, out);
  }

  /** Writes a footer and the end of a file. Returns the number of bytes. */
  static int writeFooter(FileMetaData footer, OutputStream out) throws IOException {
    footer.setCreated_by(CREATED_BY);
    int columns = footer.getRow_groups().get(0).getColumnsSize();
    footer.setColumn_orders(
        new ArrayList<>(
            Collections.nCopies(columns, ColumnOrder.TYPE_ORDER(new TypeDefinedOrder()))));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Util.writeFileMetaData(footer, bytes);
    bytes.writeTo(out);
    out.write(
        ByteBuffer.allocate(Integer.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(bytes.size())
            .array());
    out.write(MAGIC);
    return bytes.size() + ParquetFooter.TAIL;
  }
}
