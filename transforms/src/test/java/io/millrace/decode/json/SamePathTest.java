package io.millrace.decode.json;

import static io.millrace.event.DeadLetterCode.DUPLICATE_KEY;
import static io.millrace.event.DeadLetterCode.TOO_DEEP;
import static io.millrace.event.DeadLetterCode.WRONG_TYPE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;

/** Several fields with one path hold one value, each by its own type. */
class SamePathTest {
  private final Decoding decoding =
      Decoding.of(
          "json",
          "tags: {path: meta.tags, type: map}",
          "tags_text: {path: meta.tags, type: text}",
          "tags_json: {path: meta.tags, type: json}",
          "n: {path: n, type: int64, on_invalid: null}",
          "n_text: {path: n, type: text}",
          "n_float: {path: n, type: float64, lenient: true, on_invalid: null}",
          "rows: {type: array, items: {type: record, fields: {a: {type: int32}, "
              + "b: {path: x.y, type: int32}, b_text: {path: x.y, type: text}}}}",
          "few: {path: rows, type: array, items: {type: record, fields: {c: {type: int32}}}, "
              + "on_invalid: null}",
          "seen: {path: at, type: string}");

  private Row row(String members) {
    return decoding.row(Decoding.event(members));
  }

  @Test
  void anObjectIsAMapAndATextAndJson() {
    Row row = row(",\"meta\":{\"q\":1,\"tags\":{ \"a\" : \"x\\n\", \"b\" : [ 1 ] },\"r\":2}");

    assertEquals(Map.of("a", "x\n", "b", "[ 1 ]"), row.getValue("tags"));
    assertEquals("{ \"a\" : \"x\\n\", \"b\" : [ 1 ] }", row.getString("tags_text"));
    assertEquals("{ \"a\" : \"x\\n\", \"b\" : [ 1 ] }", row.getString("tags_json"));
    assertEquals("{\"meta\":{\"q\":1,\"r\":2}}", row.getString("extra"));
  }

  @Test
  void theEventTimeIsAlsoAText() {
    assertEquals("2026-03-01T10:00:00Z", row("").getString("seen"));
  }

  @Test
  void eachStrictFieldMustHoldTheValue() {
    decoding.fails(
        WRONG_TYPE, "meta.tags: expected an object, found an array", ",\"meta\":{\"tags\":[1]}");
    decoding.fails(
        WRONG_TYPE, "meta.tags: expected an object, found a string", ",\"meta\":{\"tags\":\"x\"}");
  }

  @Test
  void anInvalidValueIsKeptOnce() {
    Row number = row(",\"n\":12");
    assertEquals(12L, number.getInt64("n"));
    assertEquals("12", number.getString("n_text"));
    assertEquals(12.0, number.getDouble("n_float"));
    assertEquals("", number.getString("extra"));

    Row text = row(",\"n\":\"1\\u002e5\"");
    assertNull(text.getInt64("n"));
    assertEquals("1.5", text.getString("n_text"));
    assertEquals(1.5, text.getDouble("n_float"));
    assertEquals("{\"n\":\"1\\u002e5\"}", text.getString("extra"));

    Row list = row(",\"n\":[ 1 ]");
    assertNull(list.getInt64("n"));
    assertEquals("[ 1 ]", list.getString("n_text"));
    assertNull(list.getDouble("n_float"));
    assertEquals("{\"n\":[ 1 ]}", list.getString("extra"));
  }

  @Test
  void whatTheFirstFieldDoesNotKnowOfRecordsIsKept() {
    Row row = row(",\"rows\":[{\"a\":1,\"c\":2,\"d\":3},{\"x\":{\"y\":4,\"z\":5}}]");

    Collection<Row> found = row.getArray("rows");
    List<Row> rows = List.copyOf(found);
    assertEquals(1, rows.get(0).getInt32("a"));
    assertEquals(4, rows.get(1).getInt32("b"));
    assertEquals("4", rows.get(1).getString("b_text"));
    Row few = (Row) row.getArray("few").iterator().next();
    assertEquals(2, few.getInt32("c"));
    assertEquals("{\"rows\":[{\"c\":2,\"d\":3},{\"x\":{\"z\":5}}]}", row.getString("extra"));
  }

  @Test
  void anArrayThatOnlyTheSecondFieldRefusesIsKeptWhole() {
    Row row = row(",\"q\":0,\"rows\":[{\"a\":1,\"d\":3},{\"c\":\"x\"}]");

    assertEquals(2, row.getArray("rows").size());
    assertEquals(List.of(), List.copyOf(row.getArray("few")));
    assertEquals("{\"q\":0,\"rows\":[{\"a\":1,\"d\":3},{\"c\":\"x\"}]}", row.getString("extra"));
  }

  @Test
  void theJsonIsCheckedAsEver() {
    decoding.fails(
        DUPLICATE_KEY,
        "meta.tags.a: the key stands there twice; expected it once",
        ",\"meta\":{\"tags\":{\"a\":1,\"a\":2}}");
    decoding.fails(
        DUPLICATE_KEY, "n: the key stands there twice; expected it once", ",\"n\":1,\"n\":1");
    decoding.fails(
        TOO_DEEP,
        "expected at most 10 levels of nesting",
        ",\"meta\":{\"tags\":{\"a\":[[[[[[[[]]]]]]]]}}");
  }
}
