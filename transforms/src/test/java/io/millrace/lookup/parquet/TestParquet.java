package io.millrace.lookup.parquet;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.function.Consumer;
import java.util.zip.GZIPOutputStream;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.ParquetProperties.WriterVersion;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.xerial.snappy.Snappy;

/** Writes Parquet files with Parquet's own writer. */
final class TestParquet {
  private final MessageType schema;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final ParquetWriter<Group> writer;

  /**
   * Begins a file of small pages and row groups.
   *
   * @param schema in Parquet's own notation
   */
  TestParquet(String schema, CompressionCodecName codec, WriterVersion version, boolean dictionary)
      throws IOException {
    this.schema = MessageTypeParser.parseMessageType(schema);
    this.writer =
        ExampleParquetWriter.builder(new InMemory(bytes))
            .withConf(new PlainParquetConfiguration())
            .withType(this.schema)
            .withCodecFactory(new Codecs())
            .withCompressionCodec(codec)
            .withWriterVersion(version)
            .withDictionaryEncoding(dictionary)
            .withPageSize(512)
            .withDictionaryPageSize(4096)
            .withRowGroupSize(8192L)
            .withMinRowCountForPageSizeCheck(10)
            .build();
  }

  /** A small file of the usual kind. */
  static TestParquet of(String schema) throws IOException {
    return new TestParquet(schema, CompressionCodecName.SNAPPY, WriterVersion.PARQUET_1_0, true);
  }

  TestParquet row(Consumer<Group> values) throws IOException {
    Group row = new SimpleGroup(schema);
    values.accept(row);
    writer.write(row);
    return this;
  }

  byte[] bytes() throws IOException {
    writer.close();
    return bytes.toByteArray();
  }

  private record InMemory(ByteArrayOutputStream bytes) implements OutputFile {
    @Override
    public PositionOutputStream create(long blockSize) {
      return new PositionOutputStream() {
        @Override
        public long getPos() {
          return bytes.size();
        }

        @Override
        public void write(int value) {
          bytes.write(value);
        }

        @Override
        public void write(byte[] from, int offset, int length) {
          bytes.write(from, offset, length);
        }
      };
    }

    @Override
    public PositionOutputStream createOrOverwrite(long blockSize) {
      return create(blockSize);
    }

    @Override
    public boolean supportsBlockSize() {
      return false;
    }

    @Override
    public long defaultBlockSize() {
      return 0;
    }
  }

  /** Parquet's own need Hadoop. A codec that is not supported leaves the bytes as they are. */
  private static final class Codecs implements CompressionCodecFactory {
    @Override
    public BytesInputCompressor getCompressor(CompressionCodecName codec) {
      return new BytesInputCompressor() {
        @Override
        public BytesInput compress(BytesInput plain) throws IOException {
          ByteArrayOutputStream all = new ByteArrayOutputStream();
          plain.writeAllTo(all);
          byte[] bytes = all.toByteArray();
          return BytesInput.from(
              switch (codec) {
                case SNAPPY -> Snappy.compress(bytes);
                case ZSTD -> Zstd.compress(bytes);
                case GZIP -> gzip(bytes);
                default -> bytes;
              });
        }

        @Override
        public CompressionCodecName getCodecName() {
          return codec;
        }

        @Override
        public void release() {}
      };
    }

    private static byte[] gzip(byte[] plain) throws IOException {
      ByteArrayOutputStream compressed = new ByteArrayOutputStream();
      try (GZIPOutputStream out = new GZIPOutputStream(compressed)) {
        out.write(plain);
      }
      return compressed.toByteArray();
    }

    @Override
    public BytesInputDecompressor getDecompressor(CompressionCodecName codec) {
      throw new UnsupportedOperationException("only writes");
    }

    @Override
    public void release() {}
  }
}
