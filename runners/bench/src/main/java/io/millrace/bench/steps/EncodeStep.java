package io.millrace.bench.steps;

import io.millrace.bench.workload.GeneratedEvents;
import io.millrace.bench.workload.Workload;
import io.millrace.cli.support.TextLines;
import io.millrace.clickhouse.beam.BeamRowEncoder;
import io.millrace.clickhouse.encoding.RowEncoder;
import io.millrace.contract.Contract;
import io.millrace.contract.TableDefinition;
import io.millrace.event.Event;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
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
  private final List<Row> rows;
  private final List<Row> plain;
  private final RowEncoder millrace;
  private final BeamRowEncoder beamIo;
  private final byte[] encoded;
  private long bytes;

  /** Something to encode or compress {@link #ROWS} rows. */
  private interface Block {
    void run() throws IOException;
  }

  EncodeStep(long events) {
    blocks = events / ROWS;
    Contract contract = Workload.contract();
    TableDefinition table = contract.tables().normal();
    Schema schema = PlainRows.schema(table);
    rows = GeneratedEvents.decode(contract).subList(0, ROWS).stream().map(Event::row).toList();
    plain = rows.stream().map(row -> PlainRows.row(row, table, schema)).toList();
    millrace = RowEncoder.of(table);
    beamIo = BeamRowEncoder.of(PlainRows.columns(table));
    ByteArrayOutputStream buffer = new ByteArrayOutputStream();
    try {
      encodeTo(buffer);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
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
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
          return Map.of("bytes", bytes);
        });
  }

  private void encodeTo(OutputStream out) throws IOException {
    for (Row row : rows) {
      millrace.add(row);
    }
    millrace.writeTo(out);
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
