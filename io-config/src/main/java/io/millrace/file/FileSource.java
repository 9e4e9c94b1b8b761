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
 */
final class FileSource implements Source {
  private final FileAddress address;
  private final Contract contract;
  private final Clock clock;
  private final InFlightLimit run;

  private FileSource(FileAddress address, Contract contract, Clock clock, InFlightLimit run) {
    this.address = address;
    this.contract = contract;
    this.clock = clock;
    this.run = run;
  }

  /** Creates a source with a contract's event-time rules. */
  static FileSource of(FileAddress address, Contract contract, Clock clock) {
    return of(address, contract, clock, InFlightLimit.NONE);
  }

  /** The same for a run that counts the bytes read. */
  static FileSource of(FileAddress address, Contract contract, Clock clock, InFlightLimit run) {
    return new FileSource(address, contract, clock, run);
  }

  @Override
  public String address() {
    return address.toString();
  }

  @Override
  public List<String> check() {
    return FilePreflight.check(address);
  }

  @Override
  public List<String> unreadable() {
    return FilePreflight.unreadable(address);
  }

  /** {@link CatchUp#ENDS_BY_ITSELF}, because the source is bounded. */
  @Override
  public CatchUp catchUp() {
    return CatchUp.ENDS_BY_ITSELF;
  }

  @Override
  public PTransform<PBegin, PCollection<SourceRecord>> read() {
    return new ReadFiles(address, new ReadLinesFn(contract, clock, run, ExpansionLimit.DEFAULT));
  }

  private static final class ReadFiles extends PTransform<PBegin, PCollection<SourceRecord>> {
    private final FileAddress address;
    private final ReadLinesFn readLines;

    ReadFiles(FileAddress address, ReadLinesFn readLines) {
      super("ReadFiles");
      this.address = address;
      this.readLines = readLines;
    }

    @Override
    public PCollection<SourceRecord> expand(PBegin begin) {
      return begin
          .apply(
              "MatchFiles",
              FileIO.match()
                  .filepattern(address.path())
                  // The preflight has found files.
                  .withEmptyMatchTreatment(EmptyMatchTreatment.DISALLOW))
          .apply("OpenFiles", FileIO.readMatches())
          .apply("ReadLines", ParDo.of(readLines))
          .setCoder(SourceRecordCoder.of());
    }
  }
}
