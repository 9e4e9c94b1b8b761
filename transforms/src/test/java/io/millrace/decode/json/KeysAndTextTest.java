package io.millrace.decode.json;

import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import io.millrace.event.DeadLetterCode;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys that come twice, and strings that are no text. */
class KeysAndTextTest {
  private final Decoding decoding =
      Decoding.of(
          "json",
          "deep: {path: m.deep, type: string}",
          "raw: {type: json}",
          "text: {type: text}",
          "tags: {type: map}",
          "list: {type: array, items: {type: record, fields: {n: {path: o.n, type: int32}}}}");

  /** No event has the key of the field, which must not take the value of a similar one. */
  @Test
  void aDeclaredKeyThatIsNoTextIsNoOtherKey() {
    Decoding half = Decoding.of("json", "half: {path: \"\\uD800\", type: text}");

    assertEquals("{\"?\":1}", half.value("extra", ",\"?\":1"));
    assertEquals(null, half.value("half", ",\"?\":1"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "id":"b"                          | id
          "\\u0069d":"b"                    | id
          "x":1,"x":1                       | x
          "x":1,"\\u0078":2                 | x
          "x":null,"x":null                 | x
          "\\u0000":1,"\\u0000":2           | ?
          "":1,"":2                         | ''
          "m":null,"m":{"deep":"a"}         | m
          "m":{"deep":"a","deep":"a"}       | m.deep
          "m":{"deep":null,"deep":null}     | m.deep
          "m":{"y":1,"y":1}                 | m.y
          "x":{"a":1,"b":2,"a":3}           | x.a
          "x":[1,{"a":[{"b":1,"b":1}]}]     | x[1].a[0].b
          "raw":{"a":{},"a":{}}             | raw.a
          "raw":[{"a":1},{"a":1,"a":1}]     | raw[1].a
          "list":[{"z":{"é":{"a":1,"a":1}}}] | list[0].z.?.a
          "text":{"a":1,"a":1}              | text.a
          "tags":{"a":"1","b":"2","a":"1"}  | tags.a
          "tags":{"a":{"b":1,"b":1}}        | tags.a.b
          "list":[{"o":{}},{"o":{"n":1,"n":1}}] | list[1].o.n
          "list":[{"q":1,"q":2}]            | list[0].q
          "two\\nlines":1,"two\\nlines":2   | two?lines
          """)
  void aKeyThatComesTwice(String members, String path) {
    decoding.fails(
        DeadLetterCode.DUPLICATE_KEY,
        path + ": the key stands there twice; expected it once",
        "," + members);
  }

  @Test
  void equalKeysOfDifferentObjectsAreNoDuplicates() {
    decoding.row(
        Decoding.event(
            ",\"m\":{\"id\":1,\"x\":{\"id\":{\"id\":1}}},\"x\":[{\"a\":1},{\"a\":{\"a\":2}},{\"a\":3}],"
                + "\"tags\":{\"id\":\"1\"},\"list\":[{\"o\":{\"n\":1}},{\"o\":{\"n\":1}}],\"ID\":1,"
                + "\"i\":1,\"a\":1,\"a\\u0000\":1,\"\\u0000a\":1"));
  }

  @Test
  void moreThan64DeclaredFields() {
    String[] fields =
        IntStream.range(0, 100).mapToObj(i -> "f" + i + ": {type: int32}").toArray(String[]::new);
    Decoding wide = Decoding.of("json", fields);
    String all = IntStream.range(0, 100).mapToObj(i -> ",\"f" + i + "\":" + i).collect(joining());

    assertEquals(99, wide.value("f99", all));
    assertEquals(0, wide.value("f0", all));
    for (int twice : new int[] {0, 61, 62, 63, 64, 99}) {
      wide.fails(
          DeadLetterCode.DUPLICATE_KEY,
          "f" + twice + ": the key stands there twice; expected it once",
          all + ",\"f" + twice + "\":1");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\"m\":{", "\"x\":{", "\"x\":[{", "\"tags\":{"})
  void oneDuplicateAmongMany(String open) {
    String close = open.replaceAll("[^\\[{]", "").replace('{', '}').replace('[', ']');
    String closing = new StringBuilder(close).reverse().toString();
    for (int count : new int[] {15, 16, 17, 18, 5000}) {
      String keys =
          IntStream.range(0, count).mapToObj(i -> "\"k" + i + "\":1").collect(joining(","));
      decoding.row(Decoding.event("," + open + keys + closing));
      for (int twice : new int[] {0, count / 2, count - 1}) {
        assertEquals(
            DeadLetterCode.DUPLICATE_KEY,
            decoding
                .failure(Decoding.event("," + open + keys + ",\"k" + twice + "\":2" + closing))
                .code());
      }
    }
  }

  @Test
  void keysWhoseHashesCollideCostNoQuadraticTime() {
    // "Aa" and "BB" have the same hash, so have all words made of them.
    String keys =
        IntStream.range(0, 1 << 16)
            .mapToObj(
                i ->
                    "\""
                        + IntStream.range(0, 16)
                            .mapToObj(bit -> (i >> bit & 1) == 0 ? "Aa" : "BB")
                            .collect(joining())
                        + "\":1")
            .collect(joining(","));
    String event = Decoding.event(",\"x\":{" + keys + "}");

    assertTimeout(Duration.ofSeconds(10), () -> decoding.row(event));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"id\":\"\\ud800\"",
        "\"x\":\"\\ud800\"",
        "\"x\":\"\\udc00\"",
        "\"x\":\"\\uDFFF\"",
        "\"x\":\"\\ud83dx\"",
        "\"x\":\"\\ud83d\\ud83d\"",
        "\"x\":\"\\ude00\\ud83d\"",
        "\"x\":\"\\ud83d\\\\ude00\"",
        "\"x\":\"\\ud83d\\u0041\"",
        "\"\\ud800\":1",
        "\"x\":{\"\\udead\":1}",
        "\"m\":{\"deep\":\"a\\udbff\"}",
        "\"m\":{\"y\":\"\\ud900\"}",
        "\"raw\":\"\\uDabc\"",
        "\"raw\":[{\"a\":[\"\\ud800\"]}]",
        "\"text\":\"\\ud800\"",
        "\"tags\":{\"\\ud800\":\"a\"}",
        "\"tags\":{\"a\":\"\\ud800\"}",
        "\"list\":[{\"z\":\"\\ud800\"}]",
        "\"x\":[1,2,\"\\ude00\"]"
      })
  void halfASurrogatePair(String member) {
    String json =
        member.startsWith("\"id\"")
            ? "{" + member + ",\"at\":\"2026-03-01T10:00:00Z\"}"
            : Decoding.event("," + member);

    assertEquals(DeadLetterCode.LONE_SURROGATE, decoding.failure(json).code());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          \\ud83d\\ude00           | 😀
          \\uD83D\\uDE00x          | 😀x
          😀\\ud83d\\ude00😀       | 😀😀😀
          \\\\ud800                | \\ud800
          \\ud7ff\\ue000           | \ud7ff\ue000
          é€😀                     | é€😀
          \\"\\\\\\/             | "\\/
          \\u00e9\\u20AC           | é€
          plain                    | plain
          """)
  void textIsDecoded(String sent, String expected) {
    // Blanks at the ends would be eaten by the table above.
    String member = ",\"m\":{\"deep\":\" " + sent + " \"},\"text\":\"" + sent + "\"";

    assertEquals(" " + expected.strip() + " ", " " + decoding.value("text", member) + " ");
    assertEquals(" " + expected.strip() + " ", decoding.value("deep", member));
    assertEquals("\"" + sent + "\"", decoding.value("raw", member + ",\"raw\":\"" + sent + "\""));
  }
}
