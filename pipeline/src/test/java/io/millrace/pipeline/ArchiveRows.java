package io.millrace.pipeline;

import io.millrace.archive.schema.ArchivedRow;
import io.millrace.archive.schema.RowGroupReader;
import io.millrace.archive.store.ArchiveStore;
import io.millrace.archive.store.Manifest;
import io.millrace.contract.Contract;
import io.millrace.event.DeadLetter;
import io.millrace.event.Event;
import io.millrace.event.SourceRecord;
import io.millrace.parquet.ParquetFooter;
import io.millrace.parquet.UnsupportedParquetException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What the manifest of an archive says is in it. */
final class ArchiveRows {
  private ArchiveRows() {}

  /** Each row with its place and outcome, as a text, in order. Repeated rows are there twice. */
  static List<String> of(ArchiveStore store, Contract contract)
      throws IOException, UnsupportedParquetException {
    List<String> rows = new ArrayList<>();
    for (Manifest.File file : Manifest.files(store)) {
      byte[] bytes = store.read(file.path());
      ParquetFooter footer = ParquetFooter.read(bytes);
      for (int group = 0; group < footer.rowGroups(); group++) {
        RowGroupReader reader = RowGroupReader.open(contract, footer, group, bytes, 0);
        while (reader.hasNext()) {
          rows.add(text(reader.next()));
        }
      }
    }
    return rows.stream().sorted().toList();
  }

  private static String text(ArchivedRow row) {
    Event event = row.event();
    DeadLetter letter = row.letter();
    SourceRecord origin = event == null ? letter.origin() : event.origin();
    String what =
        event == null
            ? String.join(" ", letter.code().label(), letter.message(), letter.stage())
                + " "
                + new String(
                    letter.origin().value() == null ? new byte[0] : letter.origin().value(),
                    java.nio.charset.StandardCharsets.UTF_8)
            : event.identityHigh() + " " + event.identityLow() + " " + event.row();
    return String.join(
        " ",
        origin.toString(),
        "of " + origin.elements(),
        "at " + origin.recordTimeMillis(),
        row.outcome(),
        what);
  }
}
