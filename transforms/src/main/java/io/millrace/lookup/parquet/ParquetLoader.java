package io.millrace.lookup.parquet;

import io.millrace.contract.FieldDefinition;
import io.millrace.contract.Lookup;
import io.millrace.lookup.LookupException;
import io.millrace.lookup.LookupIndex;
import io.millrace.lookup.LookupLoader;
import io.millrace.lookup.RowTable;
import io.millrace.lookup.WholeContent;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.column.ColumnReader;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Loads Parquet files. A column of the source is a top-level column, or a path with points into
 * groups; nothing in it may repeat. Rows whose key is null are ignored.
 *
 * <p>Memory: the file's bytes while it is loaded, one column chunk of each column, and the table.
 */
public final class ParquetLoader implements LookupLoader {
  @Override
  public boolean loads(Lookup.Kind kind) {
    return kind == Lookup.Kind.PARQUET;
  }

  @Override
  public LookupIndex load(Lookup lookup, List<FieldDefinition> columns, InputStream content)
      throws IOException, LookupException {
    // The index of a file is at its end.
    byte[] bytes = WholeContent.read(lookup, content);
    RowTable.Builder table = new RowTable.Builder(lookup, columns);
    try {
      ParquetFile file = ParquetFile.open(bytes, WholeContent.most(lookup));
      List<ParquetFile.Column> read = new ArrayList<>();
      read.add(file.column(lookup.keyColumn()));
      for (Lookup.Column column : lookup.columns()) {
        read.add(file.column(column.source()));
      }
      long row = 0;
      for (int group = 0; group < file.rowGroups(); group++) {
        ColumnReader[] readers = file.readers(group, read);
        for (long left = file.rows(group); left > 0; left--) {
          add(table, read, readers, "row " + ++row);
        }
      }
    } catch (IOException | RuntimeException e) {
      // What the library says of damaged bytes means nothing to a user.
      throw new LookupException("is no valid Parquet file", e);
    }
    return table.build();
  }

  private static void add(
      RowTable.Builder table,
      List<ParquetFile.Column> columns,
      ColumnReader[] readers,
      String place)
      throws LookupException {
    @Nullable String key = columns.get(0).next(readers[0], place);
    @Nullable String[] texts = new @Nullable String[readers.length - 1];
    for (int i = 0; i < texts.length; i++) {
      texts[i] = columns.get(i + 1).next(readers[i + 1], place);
    }
    if (key != null) {
      table.add(key, texts, place);
    }
  }
}
