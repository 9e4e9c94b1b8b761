package io.millrace.lookup;

import io.millrace.contract.FieldDefinition;
import io.millrace.contract.Lookup;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Loads CSV by RFC 4180 in UTF-8: a line with the names of the columns, then rows with as many
 * cells. An empty cell without quotes is no value. Tabs separate the cells of the kind {@code tsv}.
 */
public final class CsvLoader implements LookupLoader {
  private static final char BYTE_ORDER_MARK = '\uFEFF';

  @Override
  public boolean loads(Lookup.Kind kind) {
    return kind == Lookup.Kind.CSV || kind == Lookup.Kind.TSV;
  }

  @Override
  public LookupIndex load(Lookup lookup, List<FieldDefinition> columns, InputStream content)
      throws IOException, LookupException {
    Reader reader =
        new BufferedReader(new InputStreamReader(content, StandardCharsets.UTF_8.newDecoder()));
    Cells cells =
        new Cells(
            reader,
            lookup.kind() == Lookup.Kind.TSV ? '\t' : ',',
            lookup.maxBytes() / Character.BYTES);
    RowTable.Builder table = new RowTable.Builder(lookup, columns);
    try {
      List<@Nullable String> header = cells.next();
      if (header == null) {
        throw new LookupException("is empty; expected a line with the names of columns");
      }
      int key = indexOf(lookup.keyColumn(), header);
      int[] indexes = new int[columns.size()];
      for (int i = 0; i < indexes.length; i++) {
        indexes[i] = indexOf(lookup.columns().get(i).source(), header);
      }
      @Nullable String[] texts = new @Nullable String[indexes.length];
      for (List<@Nullable String> row = cells.next(); row != null; row = cells.next()) {
        String place = "line " + cells.line;
        if (row.size() != header.size()) {
          throw new LookupException(
              "%s: has %d cells; expected %d, as the first line"
                  .formatted(place, row.size(), header.size()));
        }
        for (int i = 0; i < indexes.length; i++) {
          texts[i] = row.get(indexes[i]);
        }
        String keyText = row.get(key);
        if (keyText != null) {
          table.add(keyText, texts, place);
        }
      }
    } catch (CharacterCodingException e) {
      throw new LookupException("line " + cells.line + ": is not UTF-8", e);
    }
    return table.build();
  }

  private static int indexOf(String column, List<@Nullable String> header) throws LookupException {
    int index = header.indexOf(column);
    if (index < 0) {
      throw new LookupException(
          // The first line may hold data if the names are missing, so it is not quoted.
          "has no column `%s` among the %d of its first line; expected a line with the names of columns"
              .formatted(column, header.size()));
    }
    return index;
  }

  /** The rows of a text, one after the other. */
  private static final class Cells {
    private final Reader reader;
    private final char separator;

    /** The most characters of a row: a quote that is not closed must not fill the memory. */
    private final long longest;

    private int ahead;
    private long taken;

    /** The line in which the latest row begins, from 1. */
    private int line;

    private int lines = 1;

    Cells(Reader reader, char separator, long longest) throws IOException {
      this.reader = reader;
      this.separator = separator;
      this.longest = longest;
      this.ahead = reader.read();
      if (ahead == BYTE_ORDER_MARK) {
        ahead = reader.read();
      }
    }

    /** The next row that is not an empty line; null at the end. */
    @Nullable List<@Nullable String> next() throws IOException, LookupException {
      taken = 0;
      while (ahead == '\n' || ahead == '\r') {
        take();
        taken = 0;
      }
      if (ahead < 0) {
        return null;
      }
      line = lines;
      List<@Nullable String> row = new ArrayList<>();
      while (true) {
        row.add(ahead == '"' ? quoted() : plain());
        if (ahead != separator) {
          break;
        }
        take();
      }
      return row;
    }

    private int take() throws IOException, LookupException {
      int c = ahead;
      if (++taken > longest) {
        throw new LookupException(
            "line %d: a row of more than %,d characters; check that its quotes are closed"
                .formatted(line, longest));
      }
      lines += c == '\n' ? 1 : 0;
      ahead = reader.read();
      return c;
    }

    private @Nullable String plain() throws IOException, LookupException {
      StringBuilder cell = new StringBuilder();
      while (ahead >= 0 && ahead != separator && ahead != '\n' && ahead != '\r') {
        cell.append((char) take());
      }
      return cell.isEmpty() ? null : cell.toString();
    }

    private String quoted() throws IOException, LookupException {
      StringBuilder cell = new StringBuilder();
      take();
      while (true) {
        int c = take();
        if (c < 0) {
          throw new LookupException("line " + line + ": a quote is not closed");
        }
        if (c != '"') {
          cell.append((char) c);
        } else if (ahead == '"') {
          cell.append((char) take());
        } else if (ahead >= 0 && ahead != separator && ahead != '\n' && ahead != '\r') {
          throw new LookupException("line " + line + ": text after a closing quote");
        } else {
          return cell.toString();
        }
      }
    }
  }
}
