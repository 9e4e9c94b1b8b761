package io.millrace.archive.write;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.notNullValue;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.archive.schema.ArchivedRow;
import io.millrace.archive.schema.RowGroupReader;
import io.millrace.archive.schema.TimeRange;
import io.millrace.archive.store.Partition;
import io.millrace.archive.write.EncodeRowsFn.RowSource;
import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.event.DeadLetter;
import io.millrace.event.DeadLetterCode;
import io.millrace.event.Event;
import io.millrace.event.Outcome;
import io.millrace.event.RowBuffer;
import io.millrace.event.SourceRecord;
import io.millrace.event.SourceRecord.Header;
import io.millrace.fixtures.AllTypes;
import io.millrace.parquet.ParquetFooter;
import io.millrace.parquet.ParquetJoin;
import io.millrace.parquet.UnsupportedParquetException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PartBuilderTest {
  private static final int ROWS = 300;
  private static final Contract CONTRACT = ContractLoader.parse(AllTypes.YAML, "all-types.yaml");

  private final PartBuilder builder = new PartBuilder(CONTRACT);

  private static <T> RowBlock block(List<T> elements, RowSource<T> source) throws IOException {
    RowBuffer rows = new RowBuffer(100);
    for (T element : elements) {
      source.encode(element, rows);
    }
    return new RowBlock(rows.toByteArray(), elements.size());
  }

  private static List<Event> events(Contract contract, long seed) {
    RandomRows random = new RandomRows(contract, seed);
    List<Event> events = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      events.add(random.next());
    }
    return events;
  }

  private Part part(Outcome outcome, List<Event> events) throws IOException {
    RowSource<Event> source = RowSources.events(CONTRACT, null);
    // Several blocks, one of them with a single row
    return builder.build(
        new Partition(outcome, "everything", "2026-03-01", 0),
        "part",
        List.of(
            block(events.subList(0, 1), source), block(events.subList(1, events.size()), source)));
  }

  private static List<ArchivedRow> rows(Contract contract, byte[] file)
      throws IOException, UnsupportedParquetException {
    ParquetFooter footer = ParquetFooter.read(file);
    List<ArchivedRow> rows = new ArrayList<>();
    for (int group = 0; group < footer.rowGroups(); group++) {
      // As from a file of which only the row group is read
      int start = (int) footer.start(group);
      byte[] bytes = java.util.Arrays.copyOfRange(file, start, (int) footer.end(group));
      RowGroupReader reader = RowGroupReader.open(contract, footer, group, bytes, start);
      while (reader.hasNext()) {
        rows.add(reader.next());
      }
    }
    return rows;
  }

  private static void assertSame(List<Event> written, List<ArchivedRow> read, Outcome outcome) {
    assertThat(read.size(), equalTo(written.size()));
    for (int i = 0; i < read.size(); i++) {
      Event expected = written.get(i).withOrigin(written.get(i).origin().withoutBytes());
      assertThat(read.get(i).event(), equalTo(expected));
      assertThat(read.get(i).outcome(), equalTo(outcome.label()));
    }
  }

  @Test
  void aRowOfAnyTypeIsReadAsItWasWritten() throws Exception {
    for (long seed = 0; seed < 5; seed++) {
      List<Event> events = events(CONTRACT, seed);
      Part part = part(Outcome.ERROR, events);
      assertThat(part.entry().rows(), equalTo((long) ROWS));
      assertThat(part.entry().bytes(), equalTo((long) part.file().length));
      assertSame(events, rows(CONTRACT, part.file()), Outcome.ERROR);
    }
  }

  @Test
  void largeValuesLeaveNothingToTheNextFile() throws Exception {
    int text = CONTRACT.schema().indexOf("text");
    List<Event> large = new ArrayList<>();
    for (Event event : events(CONTRACT, 5).subList(0, 4)) {
      String value = event.identityLow() + "x".repeat(6 << 20);
      large.add(event.withValues(event.values().with(text, value)));
    }
    assertSame(large, rows(CONTRACT, part(Outcome.LATE, large).file()), Outcome.LATE);
    List<Event> small = events(CONTRACT, 6);
    assertSame(small, rows(CONTRACT, part(Outcome.LATE, small).file()), Outcome.LATE);
  }

  @Test
  void aJoinedFileHasAllRowsInOrder() throws Exception {
    List<Event> all = new ArrayList<>();
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    ParquetJoin join = new ParquetJoin(joined);
    for (long seed = 10; seed < 14; seed++) {
      List<Event> events = events(CONTRACT, seed);
      all.addAll(events);
      join.append(part(Outcome.LATE, events).file());
    }
    long length = join.finish();
    assertThat(length, equalTo((long) joined.size()));
    assertThat(ParquetFooter.read(joined.toByteArray()).rowGroups(), is(4));
    assertSame(all, rows(CONTRACT, joined.toByteArray()), Outcome.LATE);
  }

  @Test
  void aDeadLetterKeepsItsBytesAndHeaders() throws Exception {
    List<Header> headers =
        List.of(
            new Header("same", new byte[] {1}),
            new Header("same", null),
            new Header("", new byte[0]));
    List<DeadLetter> letters = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      SourceRecord origin =
          new SourceRecord(
              "topic",
              i,
              7,
              i == 0 ? null : new byte[0],
              i == 1 ? null : new byte[] {0, -1, 'x'},
              i == 2 ? List.of() : headers,
              -1,
              Long.MIN_VALUE / 1000);
      letters.add(
          new DeadLetter(
              i == 0 ? origin : origin.element(i, 4, new byte[] {(byte) i}),
              DeadLetterCode.MALFORMED_JSON,
              "line 1: ü",
              "DecodeEvents",
              "all-types",
              3,
              "millrace",
              5,
              2));
    }
    Part part =
        builder.build(
            new Partition(Outcome.DEAD, "everything_dead", "1969-12-31", 0),
            "part",
            List.of(block(letters, RowSources.letters())));
    List<DeadLetter> read = new ArrayList<>();
    rows(CONTRACT, part.file()).forEach(row -> read.add(row.letter()));
    assertThat(read, equalTo(letters));
  }

  private static Contract with(String before, String after) {
    return ContractLoader.parse(AllTypes.YAML.replace(before, after), "all-types.yaml");
  }

  @Test
  void aLaterContractReadsWhatItKnows() throws Exception {
    Contract more =
        with(
            "  label: {type: string, low_cardinality: true}\n",
            "  label: {type: string, low_cardinality: true}\n"
                + "  added: {type: string, default: none}\n");
    List<Event> events = events(CONTRACT, 1);
    List<ArchivedRow> read = rows(more, part(Outcome.ACCEPTED, events).file());
    assertThat(read.size(), is(ROWS));
    for (int i = 0; i < ROWS; i++) {
      assertThat(read.get(i).event().row().getString("added"), is("none"));
      assertThat(
          read.get(i).event().row().<Object>getValue("label"),
          is(events.get(i).row().<Object>getValue("label")));
    }
    Contract less =
        ContractLoader.parse(
            AllTypes.YAML.replace("  text: {type: string}\n", "").replace(" text,", ""),
            "less.yaml");
    assertThat(rows(less, part(Outcome.ACCEPTED, events).file()).get(0).event(), notNullValue());
  }

  @Test
  void aContractThatDoesNotFitIsRejected() throws Exception {
    byte[] file = part(Outcome.ACCEPTED, events(CONTRACT, 1)).file();
    Contract other = with("  i32: {type: int32}", "  i32: {type: string}");
    String message = assertThrows(IOException.class, () -> rows(other, file)).getMessage();
    assertThat(message, containsString("i32"));
    Contract required =
        with("  i32: {type: int32}", "  i33: {type: int32, required: true}\n  i32: {type: int32}");
    assertThat(
        assertThrows(IOException.class, () -> rows(required, file)).getMessage(),
        containsString("i33: required"));
  }

  @Test
  void aTimeThatNoColumnHoldsIsFound() {
    Contract nanos = with("precision: 3}", "precision: 9}");
    TimeRange times = new TimeRange(nanos);
    Event event = new RandomRows(nanos, 1).next();
    int index = nanos.indexOf("other_time");
    List<String> problems = new ArrayList<>();
    for (String time : List.of("2262-01-01T00:00:00Z", "2263-01-01T00:00:00Z")) {
      String problem = times.problem(event.values().with(index, Instant.parse(time)));
      problems.add(problem == null ? "" : problem.substring(0, "column `other_time`".length()));
    }
    assertThat(problems, contains("", "column `other_time`"));
  }
}
