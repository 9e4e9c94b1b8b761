package io.millrace.parquet;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.page.PageWriter;
import org.apache.parquet.column.statistics.SizeStatistics;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.format.DataPageHeader;
import org.apache.parquet.format.DictionaryPageHeader;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.PageType;
import org.apache.parquet.format.Util;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Collects the pages of one column of a row group, compressed by Zstandard. Not thread-safe. */
final class CompressedPages implements PageWriter {
  /** A longer bound is left out: it would take more room than it saves. */
  private static final int LONGEST_BOUND = 64;

  private final ColumnDescriptor column;
  private final PageCompressor compressor;
  private final ByteArrayOutputStream pages = new ByteArrayOutputStream();
  private final ByteArrayOutputStream dictionary = new ByteArrayOutputStream();
  private final Set<org.apache.parquet.format.Encoding> encodings =
      EnumSet.noneOf(org.apache.parquet.format.Encoding.class);
  private @Nullable Statistics<?> statistics;
  private long values;
  private long plainBytes;

  CompressedPages(ColumnDescriptor column, PageCompressor compressor) {
    this.column = column;
    this.compressor = compressor;
  }

  @Override
  public void writePage(
      BytesInput bytes,
      int valueCount,
      int rowCount,
      Statistics<?> pageStatistics,
      Encoding repetition,
      Encoding definition,
      Encoding encoding) {
    PageHeader header = compressor.compress(bytes, PageType.DATA_PAGE);
    header.setData_page_header(
        new DataPageHeader(valueCount, format(encoding), format(definition), format(repetition)));
    add(header, pages);
    values += valueCount;
    merge(pageStatistics);
  }

  /** The library calls this form. Sizes by level are not kept. */
  @Override
  public void writePage(
      BytesInput bytes,
      int valueCount,
      int rowCount,
      Statistics<?> pageStatistics,
      SizeStatistics sizes,
      Encoding repetition,
      Encoding definition,
      Encoding encoding) {
    writePage(bytes, valueCount, rowCount, pageStatistics, repetition, definition, encoding);
  }

  /** The form without a number of rows, which the library declares and does not call. */
  @Override
  @Deprecated
  @SuppressWarnings("InlineMeSuggester") // the interface requires it
  public void writePage(
      BytesInput bytes,
      int valueCount,
      Statistics<?> pageStatistics,
      Encoding repetition,
      Encoding definition,
      Encoding encoding) {
    writePage(bytes, valueCount, 0, pageStatistics, repetition, definition, encoding);
  }

  @Override
  public void writePageV2(
      int rowCount,
      int nullCount,
      int valueCount,
      BytesInput repetition,
      BytesInput definition,
      Encoding encoding,
      BytesInput data,
      Statistics<?> pageStatistics) {
    throw new UnsupportedOperationException("pages are written in the first version");
  }

  @Override
  public void writeDictionaryPage(DictionaryPage page) {
    PageHeader header = compressor.compress(page.getBytes(), PageType.DICTIONARY_PAGE);
    header.setDictionary_page_header(
        new DictionaryPageHeader(page.getDictionarySize(), format(page.getEncoding())));
    add(header, dictionary);
  }

  private void merge(Statistics<?> pageStatistics) {
    Statistics<?> before = statistics;
    if (before == null) {
      statistics = pageStatistics.copy();
    } else {
      before.mergeStatistics(pageStatistics);
    }
  }

  private void add(PageHeader header, ByteArrayOutputStream to) {
    try {
      int before = to.size();
      Util.writePageHeader(header, to);
      plainBytes += to.size() - before + header.getUncompressed_page_size();
      compressor.writeTo(to);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private org.apache.parquet.format.Encoding format(Encoding encoding) {
    org.apache.parquet.format.Encoding same =
        org.apache.parquet.format.Encoding.valueOf(encoding.name());
    encodings.add(same);
    return same;
  }

  /** Writes the pages to a file, the dictionary first, and describes them. */
  ColumnMetaData writeTo(ByteArrayOutputStream file) throws IOException {
    long start = file.size();
    dictionary.writeTo(file);
    long data = file.size();
    pages.writeTo(file);
    ColumnMetaData meta =
        new ColumnMetaData(
            SchemaElements.type(column.getPrimitiveType()),
            new ArrayList<>(encodings),
            List.of(column.getPath()),
            CompressionCodec.ZSTD,
            values,
            plainBytes,
            file.size() - start,
            data);
    if (data > start) {
      meta.setDictionary_page_offset(start);
    }
    if (statistics != null) {
      meta.setStatistics(bounds(statistics));
    }
    return meta;
  }

  private static org.apache.parquet.format.Statistics bounds(Statistics<?> statistics) {
    var bounds = new org.apache.parquet.format.Statistics();
    if (statistics.isNumNullsSet()) {
      bounds.setNull_count(statistics.getNumNulls());
    }
    if (statistics.hasNonNullValue()) {
      byte[] least = statistics.getMinBytes();
      byte[] most = statistics.getMaxBytes();
      if (least.length <= LONGEST_BOUND && most.length <= LONGEST_BOUND) {
        bounds.setMin_value(least);
        bounds.setMax_value(most);
      }
    }
    return bounds;
  }

  @Override
  public long getMemSize() {
    return pages.size() + (long) dictionary.size();
  }

  @Override
  public long allocatedSize() {
    return getMemSize();
  }

  @Override
  public String memUsageString(String prefix) {
    return prefix + " " + getMemSize() + " bytes";
  }
}
