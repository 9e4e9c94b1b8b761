package io.millrace.archive.write;

import io.millrace.archive.store.ArchiveStore;
import io.millrace.archive.store.Manifest;
import io.millrace.event.Outcome;
import io.millrace.event.PipelineMetrics;
import java.io.IOException;

/** Writes a part and its entry in the manifest. Counts the outcomes of its rows. */
final class WritePart implements StoreTask<Part, Manifest.Entry> {
  private static final long serialVersionUID = 1L;

  @Override
  public Manifest.Entry run(ArchiveStore store, Part part) throws IOException {
    Manifest.Entry entry = part.entry();
    store.write(entry.path(), out -> out.write(part.file()));
    entry.write(store);
    Outcome outcome = entry.partition().outcome();
    PipelineMetrics.outcome(outcome).inc(entry.rows());
    PipelineMetrics.counter(PipelineMetrics.AUDITED).inc(entry.rows());
    PipelineMetrics.counter(PipelineMetrics.TABLE_ROWS + entry.partition().table())
        .inc(entry.rows());
    return entry;
  }

  @Override
  public long rows(Part part) {
    return part.entry().rows();
  }

  @Override
  public long bytes(Part part) {
    return part.file().length;
  }

  @Override
  public String gauge() {
    return "archive_rows_waiting";
  }
}
