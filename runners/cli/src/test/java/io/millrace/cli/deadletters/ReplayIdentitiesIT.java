package io.millrace.cli.deadletters;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.local.SharedStack;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Dead letters whose identities are in the tables already: of every type, with a hash in place of a
 * value, with digits of time that a column of its own keeps, and in the table of a route.
 */
class ReplayIdentitiesIT {
  private static final String CONTRACT =
      """
      contract: types
      fields:
        u: {type: uuid, required: true}
        v4: {type: ipv4, required: true}
        v6: {type: ipv6, default: '::1'}
        amount: {type: decimal, precision: 12, scale: 2, required: true}
        color: {type: enum, values: [red, green], required: true}
        flag: {type: boolean, default: false}
        n: {type: uint64, required: true}
        i: {type: int32, required: true}
        email: {type: string, required: true}
        kind: {type: string, low_cardinality: true, required: true}
        at: {type: timestamp, required: true}
        ms: {type: int64}
      event_time: {field: at}
      identity: [u, v4, v6, amount, color, flag, n, i, email, kind, at]
      error: ms > 1000
      redact: [{field: email, do: hash, key: 'file:KEY'}]
      dead_letters: {bytes: keep}
      tables: {by: kind, routes: [view]}
      """;

  @TempDir private Path directory;

  /** An event with a number in the last place of its identity, or in its nanoseconds. */
  private static String event(int number, int nanos, String kind, String color, String ms) {
    return ("{\"u\":\"00000000-0000-4000-8000-00000000000%d\",\"v4\":\"10.0.0.1\",\"amount\":-12.34,"
            + "\"color\":\"%s\",\"n\":18446744073709551615,\"i\":-7,\"email\":\"a\\t'b\\\\@c.example\","
            + "\"kind\":\"%s\",\"at\":\"2026-03-01T10:00:00.12345678%dZ\",\"ms\":%s}")
        .formatted(number, color, kind, nanos, ms);
  }

  @Test
  void theTablesAreAsked() throws Exception {
    Path key = Files.writeString(directory.resolve("key"), "0123456789abcdef0123456789abcdef");
    String contract = CONTRACT.replace("KEY", key.toString());
    Letters types = new Letters(SharedStack.clean(), directory, "types", contract);
    List<String> records =
        new ArrayList<>(
            List.of(
                event(1, 1, "view", "red", "1"),
                event(2, 1, "click", "green", "1"),
                event(3, 1, "click", "green", "2000")));
    for (String dead : List.of("\"1\"", "\"2000\"")) {
      // The same as these, and others that differ in one place.
      records.add(event(1, 1, "view", "red", dead));
      records.add(event(2, 1, "click", "green", dead));
      records.add(event(3, 1, "click", "green", dead));
    }
    records.add(event(1, 2, "view", "red", "\"1\""));
    records.add(event(1, 1, "click", "red", "\"1\""));
    records.add(event(2, 1, "click", "red", "\"1\""));
    records.add(event(4, 1, "click", "green", "\"2000\""));
    types.send(records);
    types.run();
    assertThat(types.outcomes(), is("accepted 2, dead 10, error 1"));
    types.use(contract.replace("ms: {type: int64}", "ms: {type: int64, lenient: true}"));

    JsonNode replayed = types.json("replay", "--json");

    assertThat(replayed.path("duplicate").asInt(), is(6));
    assertThat(types.outcomes(), is("accepted 5, duplicate 6, error 2"));
    assertThat(
        types.query(
            "SELECT (SELECT count() FROM $.types_exact), (SELECT count() FROM $.types_view_exact),"
                + " (SELECT count() FROM $.types_error_exact)"),
        is("3\t2\t2"));
    assertThat(types.audit(), is("ok"));
  }
}
