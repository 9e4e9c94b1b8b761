package io.millrace.file;

import io.millrace.contract.Contract;
import io.millrace.event.Clock;
import io.millrace.event.Packed;
import io.millrace.event.SourceRecord;
import io.millrace.file.LineTimes.Timed;
import io.millrace.io.HeldReading;
import io.millrace.io.InFlightLimit;
import io.millrace.io.SourceException;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.io.FileIO.ReadableFile;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.splittabledofn.RestrictionTracker;
import org.joda.time.Instant;

/**
 * Reads the non-empty lines of files as records. Lines of a file are read in order, several files
 * in parallel. Waits before a part of a file while too many events are in flight: a runner without
 * backpressure would hold all of them. A file that cannot be read fails the pipeline, because its
 * lines could have no outcome.
 */
@DoFn.BoundedPerElement
final class ReadLinesFn extends DoFn<ReadableFile, SourceRecord> {
  private final Packed<Contract> contract;
  private final Clock clock;
  private final InFlightLimit run;
  private final ReadListener.Limit expansion;
  private transient LineTimes times;
  private transient HeldReading held;

  /**
   * Creates the function.
   *
   * @param run the run whose events in flight are bounded, and which counts the bytes read
   */
  ReadLinesFn(Contract contract, Clock clock, InFlightLimit run, ReadListener.Limit expansion) {
    this.contract = Packed.of(contract);
    this.clock = clock;
    this.run = run;
    this.expansion = expansion;
  }

  @Setup
  public void setUp() {
    times = new LineTimes(contract.get(), clock);
    held = new HeldReading(run);
  }

  @GetInitialRestriction
  public LineRange wholeFile(@Element ReadableFile file) {
    return LineRange.after(FilePosition.start(LineTimes.UNKNOWN, FileWatermark.NONE));
  }

  @GetRestrictionCoder
  public Coder<LineRange> partCoder() {
    return SerializableCoder.of(LineRange.class);
  }

  @NewTracker
  public RestrictionTracker<LineRange, FilePosition> tracker(
      @Element ReadableFile file, @Restriction LineRange part) {
    return new LineRangeTracker(part, LineReader.isSeekable(file));
  }

  @GetSize
  public double bytesLeft(@Element ReadableFile file, @Restriction LineRange part) {
    return Math.max(1, file.getMetadata().sizeBytes() - part.from().bytes());
  }

  @ProcessElement
  public ProcessContinuation read(
      @Element ReadableFile file,
      RestrictionTracker<LineRange, FilePosition> tracker,
      OutputReceiver<SourceRecord> out) {
    ProcessContinuation pause = held.pause();
    if (pause != null) {
      return pause;
    }
    String name = file.getMetadata().resourceId().toString();
    FilePosition position = tracker.currentRestriction().from();
    // One byte above the limit is enough to detect an event that is too large.
    int keep = contract.get().limits().maxBytes() + 1;
    try (LineReader lines = LineReader.open(file, position, keep, expansion, run::bytesRead)) {
      byte[] line = lines.next();
      while (line != null) {
        if (line.length == 0) {
          position = position.afterEmptyLine(lines.position());
          if (!tracker.tryClaim(position)) {
            return ProcessContinuation.stop();
          }
        } else {
          Timed timed = times.toRecord(name, line, position, lines.position());
          if (!tracker.tryClaim(timed.next())) {
            return ProcessContinuation.stop();
          }
          held.read(line);
          out.outputWithTimestamp(
              timed.record(), Instant.ofEpochMilli(timed.record().arrivalWatermarkMillis()));
          position = timed.next();
        }
        line = lines.next();
      }
      tracker.tryClaim(position.end());
      return ProcessContinuation.stop();
    } catch (IOException e) {
      throw new SourceException(
          "file " + name + " cannot be read after line " + position.lines() + ": " + reason(e), e);
    }
  }

  private static String reason(IOException e) {
    if (e instanceof EOFException) {
      return "it ends before its compressed data is complete";
    }
    if (e instanceof NoSuchFileException || e instanceof FileNotFoundException) {
      return "it was deleted";
    }
    if (e instanceof AccessDeniedException) {
      return "this user has no permission to read it";
    }
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }
}
