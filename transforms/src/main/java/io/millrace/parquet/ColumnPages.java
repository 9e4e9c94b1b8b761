package io.millrace.parquet;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.page.DataPage;
import org.apache.parquet.column.page.DataPageV1;
import org.apache.parquet.column.page.DataPageV2;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.page.PageReader;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.format.DataPageHeader;
import org.apache.parquet.format.DataPageHeaderV2;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.Util;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Types;
import org.checkerframework.checker.nullness.qual.Nullable;

/** The pages of one column in one row group, decompressed when they are read. */
final class ColumnPages implements PageReader {
  /** The library keeps statistics with a page and does not use them to read it. */
  private static final Statistics<?> NO_STATISTICS = Statistics.createStats(unused());

  private final byte[] bytes;
  private final long base;
  private final int mostBytes;
  private final ColumnMetaData chunk;
  private final Queue<Page> pages = new ArrayDeque<>();
  private @Nullable Page dictionary;

  /** The header of a page, and where the bytes behind it begin. */
  private record Page(PageHeader header, int from) {}

  private ColumnPages(byte[] bytes, long base, int mostBytes, ColumnMetaData chunk) {
    this.bytes = bytes;
    this.base = base;
    this.mostBytes = mostBytes;
    this.chunk = chunk;
  }

  private static PrimitiveType unused() {
    return Types.required(PrimitiveTypeName.BOOLEAN).named("unused");
  }

  /**
   * Finds the pages.
   *
   * @param base where the bytes begin in the file
   * @param mostBytes the most bytes that a page may have after decompression
   * @throws UnsupportedParquetException if they are compressed in a way that is not supported
   */
  static PageReader read(byte[] bytes, long base, int mostBytes, ColumnChunk column)
      throws IOException, UnsupportedParquetException {
    ColumnMetaData chunk = column.getMeta_data();
    if (!PageBytes.isSupported(chunk.getCodec())) {
      throw new UnsupportedParquetException(
          "is compressed with %s; expected one of %s"
              .formatted(chunk.getCodec(), PageBytes.supported()));
    }
    ColumnPages pages = new ColumnPages(bytes, base, mostBytes, chunk);
    pages.find();
    return pages;
  }

  private void find() throws IOException {
    long begin = chunk.getData_page_offset();
    if (chunk.isSetDictionary_page_offset() && chunk.getDictionary_page_offset() > 0) {
      begin = Math.min(begin, chunk.getDictionary_page_offset());
    }
    int from = Math.toIntExact(begin - base);
    long values = 0;
    while (values < chunk.getNum_values()) {
      ByteArrayInputStream in = new ByteArrayInputStream(bytes, from, bytes.length - from);
      PageHeader header = Util.readPageHeader(in);
      Page page = new Page(header, bytes.length - in.available());
      from = Math.addExact(page.from, header.getCompressed_page_size());
      if (from <= page.from - 1 || from > bytes.length) {
        throw new IOException("a page that ends outside of the file");
      }
      switch (header.getType()) {
        case DICTIONARY_PAGE -> dictionary = page;
        case DATA_PAGE -> {
          values += header.getData_page_header().getNum_values();
          pages.add(page);
        }
        case DATA_PAGE_V2 -> {
          values += header.getData_page_header_v2().getNum_values();
          pages.add(page);
        }
        case INDEX_PAGE -> {}
      }
    }
  }

  @Override
  public @Nullable DictionaryPage readDictionaryPage() {
    Page page = dictionary;
    return page == null
        ? null
        : new DictionaryPage(
            plain(page, 0, chunk.getCodec()),
            page.header.getDictionary_page_header().getNum_values(),
            encoding(page.header.getDictionary_page_header().getEncoding()));
  }

  @Override
  public long getTotalValueCount() {
    return chunk.getNum_values();
  }

  @Override
  public @Nullable DataPage readPage() {
    Page page = pages.poll();
    if (page == null) {
      return null;
    }
    return page.header.isSetData_page_header_v2() ? second(page) : first(page);
  }

  private DataPage first(Page page) {
    DataPageHeader header = page.header.getData_page_header();
    return new DataPageV1(
        plain(page, 0, chunk.getCodec()),
        header.getNum_values(),
        page.header.getUncompressed_page_size(),
        NO_STATISTICS,
        encoding(header.getRepetition_level_encoding()),
        encoding(header.getDefinition_level_encoding()),
        encoding(header.getEncoding()));
  }

  /** A page of the second version: its levels are never compressed. */
  private DataPage second(Page page) {
    DataPageHeaderV2 header = page.header.getData_page_header_v2();
    int repetition = header.getRepetition_levels_byte_length();
    int definition = header.getDefinition_levels_byte_length();
    CompressionCodec codec =
        header.isIs_compressed() ? chunk.getCodec() : CompressionCodec.UNCOMPRESSED;
    return DataPageV2.uncompressed(
        header.getNum_rows(),
        header.getNum_nulls(),
        header.getNum_values(),
        BytesInput.from(bytes, page.from, repetition),
        BytesInput.from(bytes, page.from + repetition, definition),
        encoding(header.getEncoding()),
        plain(page, repetition + definition, codec),
        NO_STATISTICS);
  }

  private BytesInput plain(Page page, int skipped, CompressionCodec codec) {
    int length = page.header.getUncompressed_page_size() - skipped;
    if (skipped < 0 || length < 0 || length > mostBytes) {
      throw new IllegalArgumentException("a page of " + length + " bytes");
    }
    int end = page.from + page.header.getCompressed_page_size();
    return BytesInput.from(
        PageBytes.plain(codec, Arrays.copyOfRange(bytes, page.from + skipped, end), length));
  }

  private static Encoding encoding(org.apache.parquet.format.Encoding encoding) {
    return Encoding.valueOf(encoding.name());
  }
}
