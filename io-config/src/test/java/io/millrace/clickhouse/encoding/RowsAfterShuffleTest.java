package io.millrace.clickhouse.encoding;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.greaterThan;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.millrace.clickhouse.conversion.RowReader;
import io.millrace.clickhouse.schema.ClickHouseTypes;
import io.millrace.clickhouse.schema.ColumnType;
import io.millrace.clickhouse.schema.RowConversion;
import io.millrace.contract.Contract;
import io.millrace.contract.FieldDefinition;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.decode.DecodeException;
import io.millrace.decode.json.JsonFormat;
import io.millrace.event.Event;
import io.millrace.event.EventCoder;
import io.millrace.event.RowBuffer;
import io.millrace.event.SourceRecord;
import io.millrace.fixtures.AllTypes;
import io.millrace.fixtures.TestEvents;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A row is the same, of every type, whether its event has passed through the shuffle or not, and
 * whether it is encoded again for equal types or not.
 */
class RowsAfterShuffleTest {
  private static final Contract CONTRACT = ContractLoader.parse(AllTypes.YAML, "all.yaml");

  private static final String EVERY_FIELD =
      """
      , "text": "plain é 😀", "either": "text", "raw": {"a": [1, "b"]}, "label": "l", "i32": -7,
      "i64": 9007199254740993, "f64": -0.5, "d9": 1.25, "d18": "3.5", "d38": 7, "flag": true,
      "other_time": "2024-02-29T23:59:59.999Z", "names": ["a", "é"],
      "u64": 18446744073709551615, "f32": 1e-45, "v4": "255.255.255.255", "v6": "0::1",
      "state": "do'wn", "wide": "far", "counts": {"a": 18446744073709551615, "é": 0},
      "marks": {"m": "2024-01-01T00:00:00Z"}, "grid": [[0.1], [], [-1e38, 2]], "numbers": [1, -1],
      "steps": [{"name": "n", "cost": 0.5, "at": "2024-01-01T00:00:00Z"}], "more": {"x": 1}
      """;

  @ParameterizedTest
  @ValueSource(
      strings = {
        // Only what is required
        "",
        // Texts as they are
        EVERY_FIELD,
        // Texts with escapes, and what is no text where one may be anything
        """
        , "text": "two\\\\nlines \\\\ud83d\\\\ude00 \\\\u00e9\\\\u0000", "either": {"deep": ["x\\\\n"]},
        "raw": "just text", "label": "\\\\"quoted\\\\"", "flag": false, "names": ["\\\\n"],
        "steps": [{"name": "\\\\t"}, {"name": ""}], "m\\\\u006fre": "\\\\n"
        """
      })
  void isTheSame(String more) throws Exception {
    Event before = event(more);

    EventCoder coder = EventCoder.of(CONTRACT.schema());
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    coder.encode(before, out);
    Event after = coder.decode(new ByteArrayInputStream(out.toByteArray()));

    assertEquals(before, after);
    byte[] row = row(before);
    assertThat(row.length, greaterThan(40));
    assertArrayEquals(row, row(after));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", EVERY_FIELD})
  void isTheSameAfterMovingToEqualTypes(String more) throws Exception {
    List<ColumnType> types =
        CONTRACT.tables().normal().columns().stream()
            .map(c -> ColumnType.parse(ClickHouseTypes.of(c.field(), c.nullable())))
            .toList();
    byte[] row = row(event(more));
    RowBuffer moved = new RowBuffer(16);
    RowReader in = new RowReader();
    in.reset(row, 0);
    for (ColumnType type : types) {
      RowConversion.keep(type).mover().move(in, moved);
    }
    assertArrayEquals(row, moved.toByteArray());
  }

  @Test
  void everyFieldHasAValue() throws Exception {
    Event event = event(EVERY_FIELD);
    for (FieldDefinition field : CONTRACT.fields()) {
      assertNotNull(event.row().getValue(field.name()), field.name());
    }
  }

  private static Event event(String more) throws DecodeException {
    byte[] json =
        ("{\"id\": \"123E4567-e89b-12d3-a456-426614174000\", \"event_time\": \"2024-01-01T00:00:00Z\""
                + more.replace("\\\\", "\\")
                + "}")
            .getBytes(StandardCharsets.UTF_8);
    SourceRecord record = new SourceRecord("t", 0, 1, null, json, List.of(), 0, 0);
    return new JsonFormat().one(CONTRACT, () -> TestEvents.BASE_TIME).decode(record);
  }

  private static byte[] row(Event event) throws InvalidRowException {
    RowBuffer row = new RowBuffer(16);
    TableRowWriter.of(CONTRACT.tables().normal()).write(event.values(), row);
    return row.toByteArray();
  }
}
