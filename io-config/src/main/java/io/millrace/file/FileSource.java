package io.millrace.file;

import io.millrace.contract.Contract;
import io.millrace.event.Clock;
import io.millrace.event.SourceRecord;
import io.millrace.event.SourceRecordCoder;
import io.millrace.io.CatchUp;
import io.millrace.io.InFlightLimit;
import io.millrace.io.Source;
import java.util.List;
import org.apache.beam.sdk.io.FileIO;
import org.apache.beam.sdk.io.fs.EmptyMatchTreatment;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;

/**
 * Reads files, one record a line, as a bounded source. Reads the files that match at the start of
 * the run. Compression is recognized by the file name ({@code .gz}, {@code .bz2}, {@code .zip},
 * {@code .deflate}, {@code .zst}).
 *
 * <p>A record's topic is the file's path, its partition 0, its offset the number of the line from
 * 0. Each file is a separate log, with times by {@link LineTimes} and {@link FileWatermark}. The
 * output watermark advances only after all files are read, so roll-ups are emitted and identities
 * freed at the end.
 *
 * <p>Cost: one line in memory for each open file, at most the contract's {@code max_bytes} plus one
 * byte.
 *
 * @param contract declares the event-time rules
 * @param run counts the bytes read
 */
record FileSource(FileAddress source, Contract contract, Clock clock, InFlightLimit run)
    implements Source {

  @Override
  public String address() {
    return source.toString();
  }

  @Override
  public List<String> check() {
    return FilePreflight.check(source);
  }

  @Override
  public List<String> unreadable() {
    return FilePreflight.unreadable(source);
  }

  /** {@link CatchUp#ENDS_BY_ITSELF}, because the source is bounded. */
  @Override
  public CatchUp catchUp() {
    return CatchUp.ENDS_BY_ITSELF;
  }

  @Override
  public PTransform<PBegin, PCollection<SourceRecord>> read() {
    return PTransform.compose(
        "ReadFiles",
        begin ->
            begin
                .apply(
                    "MatchFiles",
                    FileIO.match()
                        .filepattern(source.path())
                        // The preflight has found files.
                        .withEmptyMatchTreatment(EmptyMatchTreatment.DISALLOW))
                .apply("OpenFiles", FileIO.readMatches())
                .apply(
                    "ReadLines",
                    ParDo.of(new ReadLinesFn(contract, clock, run, ReadListener.Limit.DEFAULT)))
                .setCoder(SourceRecordCoder.of()));
  }
}
