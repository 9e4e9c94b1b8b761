package io.millrace.bench.steps;

import io.millrace.bench.workload.GeneratedEvents;
import io.millrace.bench.workload.Workload;
import io.millrace.cli.support.TextLines;
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
import java.util.Map;
import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4Factory;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;

/**
 * Encoding of rows as RowBinary, and LZ4 over the result, in a loop without a pipeline. Each
 * encoder gets the row type that it gets in a pipeline, and writes into a stream that discards
 * everything.
 */
final class EncodeStep implements MeasuredStep {
  private static final int ROWS = 1_000;

  /** The official client's block size for compression. */
  private static final int PIECE_BYTES = 64 << 10;

  private final byte[] compressed = new byte[2 * PIECE_BYTES];
  private final LZ4Compressor lz4 = LZ4Factory.fastestInstance().fastCompressor();
  private final OutputStream nowhere = OutputStream.nullOutputStream();
  private final long blocks;
  private final List<Event> samples;
  private final List<Row> plain;
  private final TableRowWriter millrace;
  private final RowBuffer buffer = new RowBuffer(1 << 16);
  private final BeamRowEncoder beamIo;
  private final byte[] encoded;
  private long bytes;

  /** Something to encode or compress {@link #ROWS} rows. */
  private interface Block {
    void run() throws IOException, InvalidRowException;
  }

  EncodeStep(long events) {
    blocks = events / ROWS;
    Contract contract = Workload.contract();
    TableDefinition table = contract.tables().normal();
    Schema schema = PlainRows.schema(table);
    samples = GeneratedEvents.decode(contract).subList(0, ROWS);
    plain = samples.stream().map(event -> PlainRows.row(event.row(), table, schema)).toList();
    millrace = TableRowWriter.of(table);
    beamIo = BeamRowEncoder.of(PlainRows.columns(table));
    ByteArrayOutputStream buffer = new ByteArrayOutputStream();
    try {
      encodeTo(buffer);
    } catch (IOException | InvalidRowException e) {
      throw new IllegalStateException(e);
    }
    encoded = buffer.toByteArray();
  }

  @Override
  public String name() {
    return "encode";
  }

  @Override
  public String title() {
    return TextLines.text("Rows of %,d bytes", encoded.length / ROWS);
  }

  @Override
  public List<Variant> variants() {
    return List.of(
        new Variant(NONE, "nothing", () -> measured(() -> {})),
        new Variant(MILLRACE, "Millrace's encoder", () -> measured(() -> encodeTo(nowhere))),
        new Variant("beam_io", "ClickHouseIO's encoder", () -> measured(this::encodeByBeamIo)),
        new Variant("lz4", "LZ4", () -> measured(this::compress)));
  }

  private MeasuredRun measured(Block block) {
    return MeasuredRun.of(
        blocks * ROWS,
        () -> {
          try {
            for (long i = 0; i < blocks; i++) {
              block.run();
            }
          } catch (IOException | InvalidRowException e) {
            throw new IllegalStateException(e);
          }
          return Map.of("bytes", bytes);
        });
  }

  private void encodeTo(OutputStream out) throws IOException, InvalidRowException {
    for (Event event : samples) {
      millrace.write(event.values(), buffer);
    }
    buffer.writeTo(out);
    buffer.clear();
  }

  private void encodeByBeamIo() throws IOException {
    for (Row row : plain) {
      beamIo.encode(row, nowhere);
    }
  }

  /** In blocks like the client's. */
  private void compress() {
    for (int from = 0; from < encoded.length; from += PIECE_BYTES) {
      int length = Math.min(PIECE_BYTES, encoded.length - from);
      bytes += lz4.compress(encoded, from, length, compressed, 0, compressed.length);
    }
  }
}
