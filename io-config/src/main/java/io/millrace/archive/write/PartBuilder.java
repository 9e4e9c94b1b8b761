package io.millrace.archive.write;

import io.millrace.archive.schema.DeadRows;
import io.millrace.archive.schema.EventRows;
import io.millrace.archive.schema.ParquetTypes;
import io.millrace.archive.store.Manifest;
import io.millrace.archive.store.Partition;
import io.millrace.contract.Contract;
import io.millrace.event.DeadLetter;
import io.millrace.event.DeadLetterCoder;
import io.millrace.event.Event;
import io.millrace.event.EventCoder;
import io.millrace.event.Outcome;
import io.millrace.parquet.PageCompressor;
import io.millrace.parquet.RowGroupWriter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.parquet.schema.MessageType;

/** Makes the Parquet file of a part from its blocks. Not thread-safe. */
final class PartBuilder implements AutoCloseable {
  private static final String CONTRACT = "millrace.contract";
  private static final String VERSION = "millrace.contract_version";

  private final Contract contract;
  private final EventCoder events;
  private final MessageType eventColumns;
  private final Set<List<String>> fewValues;
  private final PageCompressor compressor = new PageCompressor();

  PartBuilder(Contract contract) {
    this.contract = contract;
    this.events = EventCoder.of(contract.schema());
    this.eventColumns = ParquetTypes.events(contract);
    this.fewValues = ParquetTypes.fewValues(contract);
  }

  /** The times of the rows of a part. */
  private static final class Times {
    long earliest = Long.MAX_VALUE;
    long latest = Long.MIN_VALUE;
    long rows;

    void add(long millis) {
      earliest = Math.min(earliest, millis);
      latest = Math.max(latest, millis);
      rows++;
    }
  }

  /**
   * Makes a part.
   *
   * @param name unique in the archive
   */
  Part build(Partition partition, String name, Iterable<RowBlock> blocks) throws IOException {
    boolean dead = partition.outcome() == Outcome.DEAD;
    MessageType columns = dead ? DeadRows.SCHEMA : eventColumns;
    Times times = new Times();
    byte[] file;
    try (RowGroupWriter writer =
        new RowGroupWriter(
            columns, metadata(), path -> dead || fewValues.contains(path), compressor)) {
      if (dead) {
        letters(blocks, writer, times);
      } else {
        events(partition.outcome(), blocks, writer, times);
      }
      file = writer.finish();
    }
    Manifest.Entry entry =
        new Manifest.Entry(
            partition,
            name,
            times.rows,
            file.length,
            times.earliest,
            times.latest,
            columns.toString().hashCode(),
            List.of());
    return new Part(entry, file);
  }

  @Override
  public void close() {
    compressor.close();
  }

  private Map<String, String> metadata() {
    return Map.of(CONTRACT, contract.name(), VERSION, Integer.toString(contract.version()));
  }

  private void events(
      Outcome outcome, Iterable<RowBlock> blocks, RowGroupWriter writer, Times times)
      throws IOException {
    EventRows rows = new EventRows(contract, outcome, writer.columnWriters());
    for (RowBlock block : blocks) {
      ByteArrayInputStream in = new ByteArrayInputStream(block.bytes());
      for (int left = block.rows(); left > 0; left--) {
        Event event = events.decode(in);
        rows.write(event);
        writer.endRow();
        times.add(event.eventTimeMillis());
      }
    }
  }

  private static void letters(Iterable<RowBlock> blocks, RowGroupWriter writer, Times times)
      throws IOException {
    DeadRows rows = new DeadRows(writer.columnWriters());
    for (RowBlock block : blocks) {
      ByteArrayInputStream in = new ByteArrayInputStream(block.bytes());
      for (int left = block.rows(); left > 0; left--) {
        DeadLetter letter = DeadLetterCoder.of().decode(in);
        rows.write(letter);
        writer.endRow();
        times.add(letter.origin().recordTimeMillis());
      }
    }
  }
}
