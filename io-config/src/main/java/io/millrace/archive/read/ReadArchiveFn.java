package io.millrace.archive.read;

import io.millrace.archive.schema.ArchivedRow;
import io.millrace.archive.schema.RowGroupReader;
import io.millrace.archive.store.ArchiveStore;
import io.millrace.archive.store.Manifest;
import io.millrace.contract.Contract;
import io.millrace.event.Packed;
import io.millrace.event.SourceRecord;
import io.millrace.io.HeldReading;
import io.millrace.io.InFlightLimit;
import io.millrace.io.SourceException;
import io.millrace.parquet.ParquetFooter;
import io.millrace.parquet.UnsupportedParquetException;
import java.io.IOException;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.io.range.OffsetRange;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.splittabledofn.OffsetRangeTracker;
import org.apache.beam.sdk.transforms.splittabledofn.RestrictionTracker;
import org.joda.time.Instant;

/**
 * Reads the rows of files as records, row group by row group. Waits before a row group while too
 * many events are in flight: a runner without backpressure would hold all of them. A file that
 * cannot be read fails the pipeline, because its rows could have no outcome.
 *
 * <p>Memory: a compressed row group. State: the number of the next row group.
 */
@DoFn.BoundedPerElement
public final class ReadArchiveFn extends DoFn<Manifest.File, SourceRecord> {
  private static final long serialVersionUID = 1L;

  private static final int FOOTER_BYTES = 64 << 10;

  private final String root;
  private final Packed<Contract> contract;
  private final InFlightLimit run;
  private transient ArchiveStore store;
  private transient RestoredRecords records;
  private transient HeldReading held;

  /**
   * Creates the function.
   *
   * @param root see {@link ArchiveStore}
   * @param run the run whose events in flight are bounded
   */
  public ReadArchiveFn(String root, Contract contract, InFlightLimit run) {
    this.root = root;
    this.contract = Packed.of(contract);
    this.run = run;
  }

  @Setup
  public void setUp() {
    store = new ArchiveStore(root);
    records = new RestoredRecords(contract.get());
    held = new HeldReading(run);
  }

  @GetInitialRestriction
  public OffsetRange all(@Element Manifest.File file) {
    return new OffsetRange(0, footer(file).rowGroups());
  }

  @GetRestrictionCoder
  public Coder<OffsetRange> rangeCoder() {
    return OffsetRange.Coder.of();
  }

  @NewTracker
  public OffsetRangeTracker tracker(@Restriction OffsetRange range) {
    return new OffsetRangeTracker(range);
  }

  @ProcessElement
  public ProcessContinuation read(
      @Element Manifest.File file,
      RestrictionTracker<OffsetRange, Long> tracker,
      OutputReceiver<SourceRecord> out) {
    long group = tracker.currentRestriction().getFrom();
    ParquetFooter footer = null;
    while (true) {
      ProcessContinuation pause = held.pause();
      if (pause != null) {
        return pause;
      }
      if (!tracker.tryClaim(group)) {
        return ProcessContinuation.stop();
      }
      if (footer == null) {
        footer = footer(file);
      }
      try {
        readGroup(file, footer, Math.toIntExact(group), out);
      } catch (IOException e) {
        throw unreadable(file, e);
      }
      group++;
    }
  }

  private void readGroup(
      Manifest.File file, ParquetFooter footer, int group, OutputReceiver<SourceRecord> out)
      throws IOException {
    long start = footer.start(group);
    byte[] bytes = store.read(file.path(), start, Math.toIntExact(footer.end(group) - start));
    run.bytesRead(bytes.length);
    RowGroupReader rows = RowGroupReader.open(contract.get(), footer, group, bytes, start);
    run.recordsRead(footer.rows(group));
    while (rows.hasNext()) {
      ArchivedRow row = rows.next();
      SourceRecord record = records.of(row);
      held.read(record.value());
      out.outputWithTimestamp(record, Instant.ofEpochMilli(record.arrivalWatermarkMillis()));
    }
  }

  private ParquetFooter footer(Manifest.File file) {
    ArchiveStore files = new ArchiveStore(root);
    try {
      int most = Math.toIntExact(Math.min(FOOTER_BYTES, file.bytes()));
      byte[] end = files.read(file.path(), file.bytes() - most, most);
      int length = ParquetFooter.length(end, file.bytes());
      if (length > most) {
        end = files.read(file.path(), file.bytes() - length, length);
      }
      return ParquetFooter.read(end);
    } catch (UnsupportedParquetException e) {
      throw unreadable(file, new IOException("it " + e.getMessage(), e));
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private SourceException unreadable(Manifest.File file, IOException e) {
    return new SourceException(
        ("file %s of the archive %s cannot be read: %s. If a run writes to the archive, it may have"
                + " joined the file with others: start the replay again")
            .formatted(file.path(), root, reason(e)),
        e);
  }

  private static String reason(IOException e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }
}
