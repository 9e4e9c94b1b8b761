package io.millrace.decode.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.decode.DecodeException;
import io.millrace.event.DeadLetterCode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Every proper prefix of a valid event is told as cut off, wherever the cut is. */
class TruncationTest {
  private static void everyPrefixIsTruncated(Decoding decoding, String event) {
    byte[] bytes = Decoding.utf8(event.stripTrailing());
    decoding.event(bytes);
    int first = 0;
    while (Character.isWhitespace(bytes[first])) {
      first++;
    }
    List<String> wrong = new ArrayList<>();
    for (int length = first + 1; length < bytes.length; length++) {
      DecodeException e = decoding.failure(Arrays.copyOf(bytes, length));
      if (e.code() != DeadLetterCode.TRUNCATED) {
        wrong.add(e.code() + " after " + length + " bytes: " + e.getMessage());
      }
    }
    assertEquals(List.of(), wrong, event);
  }

  @Test
  void ofTheSamples() {
    for (String name : List.of("query-events", "user-events")) {
      Decoding decoding = Decoding.shipped(name);
      for (String line : Decoding.lines("events/" + name + ".jsonl")) {
        everyPrefixIsTruncated(decoding, line);
      }
    }
  }

  @Test
  void ofValuesThatWouldBeWrongIfTheyEndedThere() {
    Decoding decoding =
        Decoding.of(
            "json",
            "d: {type: decimal, precision: 3, scale: 1}",
            "s: {type: timestamp, format: epoch_s}",
            "i: {type: int32}",
            "f: {type: float64}",
            "x: {path: o.x, type: boolean}",
            "a: {type: array, items: {type: int64}}");

    everyPrefixIsTruncated(
        decoding,
        Decoding.event(
            ",\"d\":100000e-4,\"s\":170000000000000e-5,\"i\":-2147483648,\"f\":-1.5e-300,"
                + "\"o\":{\"x\":true,\"y\":null},\"a\":[1,-22]"));
    everyPrefixIsTruncated(
        decoding, Decoding.event(",\"f\":1000000000e-400").replace(",\"f\"", ",\"s\":0,\"f\""));
    everyPrefixIsTruncated(
        decoding,
        Decoding.event(",\"z\":[true,false,null,-0.5E+10,1e-1,0,[],{}]").replace(",", " ,\n\t"));
  }

  @Test
  void ofGeneratedEvents() {
    Decoding decoding = Decoding.of("json", "j: {type: json}", "m: {path: o.m, type: map}");
    Random random = new Random(11);
    int objects = 0;
    for (int i = 0; i < 300; i++) {
      StringBuilder text = new StringBuilder(",");
      RandomJson json = new RandomJson(random);
      json.member(text, "j", json.value(3));
      text.append(',');
      String map = json.object(2);
      objects += map.length() > 2 ? 1 : 0;
      json.member(text, "o", "{\"m\":" + map + "}");
      text.append(',');
      json.member(text, "unknown", json.value(3));
      everyPrefixIsTruncated(decoding, Decoding.event(text.toString()));
    }
    assertTrue(objects > 100, "the generated events hold something");
  }
}
