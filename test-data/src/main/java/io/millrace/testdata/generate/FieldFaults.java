package io.millrace.testdata.generate;

import io.millrace.testdata.workload.ByteBuilder;
import java.nio.charset.StandardCharsets;
import java.util.random.RandomGenerator;

/** Makes an event malformed in one field. The draft must be valid and have every known field. */
record FieldFaults(RandomGenerator random) {
  private static final int TOO_DEEP = 200;
  private static final String[] OVERFLOWS = {
    "9223372036854775808",
    "-9223372036854775809",
    "99999999999999999999999999",
    "18446744073709551616"
  };
  private static final String[] NOT_NUMBERS = {"NaN", "Infinity", "-Infinity"};
  private static final String[] LONE = {
    "\\ud83d", "\\ude00", "\\uD83D tail", "\\ude00\\ud83d", "\\ud83d\\u0041", "\\ud83d\\n"
  };

  void missingField(EventDraft draft) {
    byte[] absent = random.nextBoolean() ? null : json("null");
    switch (random.nextInt(3)) {
      case 0 -> draft.queryId = absent;
      case 1 -> draft.eventType = absent;
      default -> draft.timestamp = absent;
    }
  }

  void wrongType(EventDraft draft) {
    switch (random.nextInt(10)) {
      case 0 -> draft.duration = json("\"12\"");
      case 1 -> draft.duration = json("1.5");
      case 2 -> draft.duration = json("true");
      case 3 -> draft.metadata = json("[{\"user_id\":\"u1\"}]");
      case 4 -> draft.metadata = json("\"none\"");
      case 5 -> draft.queryId = json("17");
      case 6 -> draft.eventType = json("{\"name\":\"query_started\"}");
      case 7 -> draft.rows = json("[8192]");
      case 8 -> draft.userId = json("4711");
      default -> draft.queryText = json("[\"SELECT 1\"]");
    }
  }

  void numberOverflow(EventDraft draft) {
    draft.duration = json(pick(OVERFLOWS));
  }

  void notANumber(EventDraft draft) {
    String token = pick(NOT_NUMBERS);
    switch (random.nextInt(5)) {
      case 0 -> draft.duration = json(token);
      case 1 -> draft.rows = json(token);
      case 2 -> payload(draft, token);
      case 3 -> payload(draft, "{\"ratios\":[0.5," + token + ",1]}");
      default -> draft.extraMember = json("\"ratio\":" + token);
    }
  }

  void loneSurrogate(EventDraft draft) {
    String text = "\"half a pair: " + pick(LONE) + "\"";
    switch (random.nextInt(6)) {
      case 0 -> draft.queryText = json(text);
      case 1 -> draft.userId = json(text);
      case 2 -> draft.error = json(text);
      case 3 -> draft.extraMember = json("\"note\":" + text);
      case 4 -> payload(draft, text);
      default -> payload(draft, "{\"steps\":[1,{\"note\":" + text + "}]}");
    }
  }

  void invalidTime(EventDraft draft) {
    String right = new String(draft.timestamp, StandardCharsets.US_ASCII);
    String day = right.substring(1, 11);
    String year = right.substring(1, 5);
    String wrong =
        switch (random.nextInt(11)) {
          case 0 -> "yesterday";
          case 1 -> year + "-02-30T10:00:00.000Z";
          case 2 -> year + "-13-01T10:00:00.000Z";
          case 3 -> year + "-04-31T10:00:00.000Z";
          case 4 -> day + "T25:00:00.000Z";
          case 5 -> day + "T10:75:00.000Z";
          case 6 -> day + "T10:00:75.000Z";
          case 7 -> day + "T10:00:00.000";
          case 8 -> day;
          case 9 -> "2026-02-29T10:00:00.000Z";
          default -> day + "T10:00:00.000+99:99";
        };
    draft.timestamp = json('"' + wrong + '"');
  }

  void duplicateKey(EventDraft draft) {
    switch (random.nextInt(7)) {
      case 0 -> draft.extraMember = member("query_id", draft.queryId);
      case 1 -> draft.extraMember = member("event_type", draft.eventType);
      case 2 -> draft.extraMember = member("timestamp", draft.timestamp);
      case 3 -> draft.extraMetadataMember = member("user_id", draft.userId);
      case 4 -> draft.extraMetadataMember = json("\"duration_ms\":7");
      case 5 -> payload(draft, "{\"a\":1,\"b\":2,\"a\":1}");
      default -> payload(draft, "[{\"plan\":{\"cost\":1,\"größe\":2,\"größe\":3}}]");
    }
  }

  void tooDeep(EventDraft draft) {
    boolean objects = random.nextBoolean();
    String open = objects ? "{\"in\":" : "[";
    payload(draft, open.repeat(TOO_DEEP) + "1" + (objects ? "}" : "]").repeat(TOO_DEEP));
  }

  void tooLarge(EventDraft draft) {
    int size = MalformedEvents.LIMIT_BYTES + random.nextInt(40_000);
    draft.payload.clear();
    draft.payload.add('"');
    while (draft.payload.size() < size) {
      draft.payload.ascii("scan of part ").number(random.nextInt(1_000_000)).ascii(" done; ");
    }
    draft.payload.add('"');
    draft.hasPayload = true;
  }

  private static void payload(EventDraft draft, String json) {
    draft.payload.clear();
    draft.payload.utf8(json);
    draft.hasPayload = true;
  }

  private static byte[] member(String name, byte[] value) {
    return new ByteBuilder(64).add('"').ascii(name).ascii("\":").add(value).toArray();
  }

  private String pick(String[] from) {
    return from[random.nextInt(from.length)];
  }

  private static byte[] json(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
