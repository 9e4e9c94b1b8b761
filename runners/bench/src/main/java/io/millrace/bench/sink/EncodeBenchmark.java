package io.millrace.bench.sink;

import io.millrace.bench.workload.GeneratedEvents;
import io.millrace.bench.workload.Workload;
import io.millrace.clickhouse.beam.BeamRowEncoder;
import io.millrace.clickhouse.encoding.InvalidRowException;
import io.millrace.clickhouse.encoding.TableRowWriter;
import io.millrace.contract.Contract;
import io.millrace.contract.TableDefinition;
import io.millrace.event.Event;
import io.millrace.event.RowBuffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.TimeUnit;
import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4Factory;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Encodes rows of 1 KB as RowBinary, a thousand per invocation, with Millrace's encoder and with
 * ClickHouseIO's. Each gets the row type that it gets in a pipeline. Also compresses the rows with
 * LZ4, which Millrace does when it sends them.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class EncodeBenchmark {
  private static final int ROWS = 1_000;

  /** The official client's block size for compression. */
  private static final int PIECE_BYTES = 64 << 10;

  private final byte[] compressed = new byte[2 * PIECE_BYTES];
  private byte[] encoded;
  private LZ4Compressor lz4;
  private List<Event> events;
  private List<Row> plain;
  private TableRowWriter millrace;
  private final RowBuffer buffer = new RowBuffer(1 << 16);
  private BeamRowEncoder beamIo;

  /** Creates rows and encoders. */
  @Setup
  public void setUp() throws IOException, InvalidRowException {
    Contract contract = Workload.contract();
    TableDefinition table = contract.tables().normal();
    Schema schema = PlainRows.schema(table);
    events = GeneratedEvents.decode(contract).subList(0, ROWS);
    plain = events.stream().map(event -> PlainRows.row(event.row(), table, schema)).toList();
    millrace = TableRowWriter.of(table);
    beamIo = BeamRowEncoder.of(PlainRows.columns(table));
    lz4 = LZ4Factory.fastestInstance().fastCompressor();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    encode(bytes);
    encoded = bytes.toByteArray();
  }

  /** Millrace's encoder. */
  @Benchmark
  @OperationsPerInvocation(ROWS)
  public void millrace() throws IOException, InvalidRowException {
    encode(OutputStream.nullOutputStream());
  }

  private void encode(OutputStream out) throws IOException, InvalidRowException {
    for (Event event : events) {
      millrace.write(event.values(), buffer);
    }
    buffer.writeTo(out);
    buffer.clear();
  }

  /**
   * ClickHouseIO's encoder into a stream that discards everything, which is less than in a
   * pipeline.
   */
  @Benchmark
  @OperationsPerInvocation(ROWS)
  public void beamIo() throws IOException {
    OutputStream out = OutputStream.nullOutputStream();
    for (Row row : plain) {
      beamIo.encode(row, out);
    }
  }

  /** LZ4 compression of the encoded rows, in blocks like the client's. */
  @Benchmark
  @OperationsPerInvocation(ROWS)
  public int lz4() {
    int sum = 0;
    for (int from = 0; from < encoded.length; from += PIECE_BYTES) {
      int length = Math.min(PIECE_BYTES, encoded.length - from);
      sum += lz4.compress(encoded, from, length, compressed, 0, compressed.length);
    }
    return sum;
  }
}
