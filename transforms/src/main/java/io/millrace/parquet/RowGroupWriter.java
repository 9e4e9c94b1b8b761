package io.millrace.parquet;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.parquet.bytes.HeapByteBufferAllocator;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnWriteStore;
import org.apache.parquet.column.ColumnWriter;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.column.page.PageWriteStore;
import org.apache.parquet.column.page.PageWriter;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.KeyValue;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.schema.MessageType;

/**
 * Makes a Parquet file of one row group in memory, with pages of the first version, which every
 * reader knows. {@link ParquetJoin} joins such files. Not thread-safe.
 *
 * <p>Memory: the encoded columns, and the file when it is finished.
 */
public final class RowGroupWriter implements AutoCloseable {
  private static final int PAGE_BYTES = 1 << 20;

  /** Room for a footer: a file that grows would be copied. */
  private static final int FOOTER_BYTES = 1 << 14;

  private final MessageType schema;
  private final Map<String, String> metadata;
  private final PageCompressor compressor;
  private final Map<ColumnDescriptor, CompressedPages> pages = new LinkedHashMap<>();
  private final ColumnWriteStore columns;
  private long rows;

  /**
   * Begins a file.
   *
   * @param metadata texts in the footer, by name
   * @param fewValues which columns, by path, hold few different values: they get a dictionary. For
   *     another column, looking for each value would only cost time
   * @param compressor stays open; of one file at a time
   */
  public RowGroupWriter(
      MessageType schema,
      Map<String, String> metadata,
      Predicate<List<String>> fewValues,
      PageCompressor compressor) {
    this.compressor = compressor;
    this.schema = schema;
    this.metadata = metadata;
    ParquetProperties.Builder properties =
        ParquetProperties.builder()
            .withWriterVersion(ParquetProperties.WriterVersion.PARQUET_1_0)
            .withPageSize(PAGE_BYTES)
            .withAllocator(new HeapByteBufferAllocator())
            .withSizeStatisticsEnabled(false);
    for (ColumnDescriptor column : schema.getColumns()) {
      pages.put(column, new CompressedPages(column, compressor));
      properties.withDictionaryEncoding(
          String.join(".", column.getPath()), fewValues.test(List.of(column.getPath())));
    }
    this.columns = properties.build().newColumnWriteStore(schema, new Pages());
  }

  private final class Pages implements PageWriteStore {
    @Override
    public PageWriter getPageWriter(ColumnDescriptor descriptor) {
      return pages.get(descriptor);
    }
  }

  /** The writers of the columns, in the order of the schema. */
  public List<ColumnWriter> columnWriters() {
    return schema.getColumns().stream().map(columns::getColumnWriter).toList();
  }

  /** Ends a row, of which each column has got a value or null. */
  public void endRow() {
    columns.endRecord();
    rows++;
  }

  /** The file's bytes. Call it once. */
  public byte[] finish() {
    columns.flush();
    ByteArrayOutputStream file = new ByteArrayOutputStream(pageBytes() + FOOTER_BYTES);
    try {
      file.write(ParquetJoin.MAGIC);
      List<ColumnChunk> chunks = new ArrayList<>();
      long plain = 0;
      long start = file.size();
      for (CompressedPages column : pages.values()) {
        ColumnMetaData meta = column.writeTo(file);
        plain += meta.getTotal_uncompressed_size();
        ColumnChunk chunk = new ColumnChunk(0);
        chunk.setMeta_data(meta);
        chunks.add(chunk);
      }
      RowGroup group = new RowGroup(chunks, plain, rows);
      group.setFile_offset(start);
      group.setTotal_compressed_size(file.size() - start);
      group.setOrdinal((short) 0);
      FileMetaData footer = new FileMetaData(1, SchemaElements.of(schema), rows, List.of(group));
      metadata.forEach((name, value) -> footer.addToKey_value_metadata(keyValue(name, value)));
      ParquetJoin.writeFooter(footer, file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file.toByteArray();
  }

  private int pageBytes() {
    return Math.toIntExact(pages.values().stream().mapToLong(CompressedPages::getMemSize).sum());
  }

  private static KeyValue keyValue(String name, String value) {
    KeyValue pair = new KeyValue(name);
    pair.setValue(value);
    return pair;
  }

  @Override
  public void close() {
    columns.close();
    compressor.shrink();
  }
}
