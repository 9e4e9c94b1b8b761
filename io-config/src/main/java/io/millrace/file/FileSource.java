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
 * Reads files, one record a line, and ends when they have been read. The files are those that match
 * when the run begins; compressed ones are recognised by their names ({@code .gz}, {@code .bz2},
 * {@code .zip}, {@code .deflate}, {@code .zst}).
 *
 * <p>A record's topic is the file's path, its partition 0, its offset the number of the line from
 * 0. Each file is a log of its own: see {@link LineTimes} and {@link FileWatermark} for what its
 * lines say about time. The output's watermark stays at the beginning until all files are read, so
 * whatever waits for it (freeing identities, rollups) happens at the end.
 *
 * <p>Cost: one line in memory for each file that is being read, at most the contract's {@code
 * max_bytes} and one byte of it.
 */
public final class FileSource implements Source {
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

  /** A source that reads the files of an address under a contract's event-time rules. */
  public static FileSource of(FileAddress address, Contract contract, Clock clock) {
    return of(address, contract, clock, InFlightLimit.NONE);
  }

  /** The same, for a run that wants to know how many bytes are read. */
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

  /** {@link CatchUp#ENDS_BY_ITSELF}: counting lines would mean to read the files twice. */
  @Override
  public CatchUp catchUp() {
    return CatchUp.ENDS_BY_ITSELF;
  }

  @Override
  public PTransform<PBegin, PCollection<SourceRecord>> read() {
    return new ReadFiles(address, new ReadLinesFn(contract, clock, run, ExpansionLimit.DEFAULT));
  }

  private static final class ReadFiles extends PTransform<PBegin, PCollection<SourceRecord>> {
    private static final long serialVersionUID = 1L;

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
                  // They were there when the run was checked.
                  .withEmptyMatchTreatment(EmptyMatchTreatment.DISALLOW))
          .apply("OpenFiles", FileIO.readMatches())
          .apply("ReadLines", ParDo.of(readLines))
          .setCoder(SourceRecordCoder.of());
    }
  }
}
