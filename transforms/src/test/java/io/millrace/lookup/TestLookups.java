package io.millrace.lookup;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.contract.FieldDefinition;
import io.millrace.contract.FieldType;
import io.millrace.contract.Lookup;
import io.millrace.contract.OnFailure;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Look-ups with the columns {@code country}, a text, and {@code age}, an int32. */
final class TestLookups {
  static final List<FieldDefinition> COLUMNS =
      List.of(
          FieldDefinition.added("country", FieldType.STRING, false, 0, 0, null, true),
          FieldDefinition.added("age", FieldType.INT32, false, 0, 0, null, false));

  private TestLookups() {}

  static Lookup lookup(Lookup.Kind kind, String from, long maxBytes, Map<String, String> options) {
    return new Lookup(
        "users",
        kind,
        from,
        "id",
        "id",
        List.of(new Lookup.Column("country", "c"), new Lookup.Column("age", "age")),
        // Long enough that tests see no refresh but their own.
        Duration.ofHours(1),
        OnFailure.NULL,
        maxBytes,
        options);
  }

  static LookupIndex load(Lookup.Kind kind, String content, long maxBytes) throws LookupException {
    LookupLoader loader = kind == Lookup.Kind.JSONL ? new JsonLinesLoader() : new CsvLoader();
    try {
      return loader.load(
          lookup(kind, "", maxBytes, Map.of()),
          COLUMNS,
          new ByteArrayInputStream(content.getBytes(UTF_8)));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
