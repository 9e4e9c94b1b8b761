package io.millrace.archive;

import io.millrace.archive.read.ReadArchiveFn;
import io.millrace.archive.store.ArchiveStore;
import io.millrace.archive.store.Manifest;
import io.millrace.contract.Contract;
import io.millrace.event.SourceRecord;
import io.millrace.event.SourceRecordCoder;
import io.millrace.io.CatchUp;
import io.millrace.io.InFlightLimit;
import io.millrace.io.Source;
import io.millrace.io.SourceException;
import java.io.IOException;
import java.util.List;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.Reshuffle;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;

/**
 * Reads the rows of an archive again: those of the files in its manifest at the start of the run.
 * Each becomes an event or a dead letter with its record's position and its earlier outcome.
 *
 * <p>The watermark advances when all are read, so a run remembers all identities until then.
 */
record ArchiveSource(ArchiveAddress archive, Contract contract, InFlightLimit run)
    implements Source {
  @Override
  public String address() {
    return archive.toString();
  }

  @Override
  public List<String> check() {
    try {
      return Manifest.files(archive.store()).isEmpty()
          ? List.of(
              "%s has no files in its %s directory: correct --input"
                  .formatted(archive, Manifest.DIRECTORY))
          : List.of();
    } catch (IOException | RuntimeException e) {
      return List.of("%s cannot be read: %s".formatted(archive, e.getMessage()));
    }
  }

  @Override
  public CatchUp catchUp() {
    return CatchUp.ENDS_BY_ITSELF;
  }

  @Override
  public boolean restores() {
    return true;
  }

  @Override
  public PTransform<PBegin, PCollection<SourceRecord>> read() {
    String root = archive.root();
    return PTransform.compose(
        "ReadArchive",
        begin ->
            begin
                .apply("Archive", Create.of(root))
                .apply("ListFiles", ParDo.of(new ListFilesFn()))
                .setCoder(SerializableCoder.of(Manifest.File.class))
                .apply("SpreadFiles", Reshuffle.viaRandomKey())
                .apply("ReadRows", ParDo.of(new ReadArchiveFn(root, contract, run)))
                .setCoder(SourceRecordCoder.of()));
  }

  /** Lists the files of an archive. */
  private static final class ListFilesFn extends DoFn<String, Manifest.File> {
    private static final long serialVersionUID = 1L;

    @ProcessElement
    public void list(@Element String root, OutputReceiver<Manifest.File> out) {
      try {
        Manifest.files(new ArchiveStore(root)).forEach(out::output);
      } catch (IOException e) {
        throw new SourceException(
            "the archive %s cannot be listed: %s".formatted(root, e.getMessage()), e);
      }
    }
  }
}
