package io.millrace.testdata.generate;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.Set;
import java.util.TreeSet;

/** An independent decoder, from Jackson and the rules of the contract, that reports all faults. */
final class StrictDecoder {
  static final ObjectMapper STRICT = mapper(true, true, false);

  private static final ObjectMapper WITH_TRAILING = mapper(false, true, false);
  private static final ObjectMapper WITH_DUPLICATES = mapper(true, false, false);
  private static final ObjectMapper WITH_NAN = mapper(true, true, true);
  private static final int LIMIT = 262_144;

  private StrictDecoder() {}

  /** The codes of all faults; empty for a valid event. */
  static Set<String> faults(byte[] value) throws IOException {
    if (value == null) {
      return Set.of("tombstone");
    }
    if (new String(value, StandardCharsets.ISO_8859_1).isBlank()) {
      return Set.of("empty");
    }
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value));
    } catch (CharacterCodingException e) {
      return Set.of("not_utf8");
    }
    Set<String> faults = new TreeSet<>();
    if (value.length > LIMIT) {
      faults.add("too_large");
    }
    JsonNode tree;
    try {
      tree = STRICT.readTree(value);
    } catch (JsonProcessingException e) {
      faults.add(syntaxFault(value, e));
      return faults;
    }
    if (!tree.isObject()) {
      faults.add("not_an_object");
      return faults;
    }
    fieldFaults(tree, faults);
    if (hasLoneSurrogate(tree)) {
      faults.add("lone_surrogate");
    }
    return faults;
  }

  private static String syntaxFault(byte[] value, JsonProcessingException error) {
    if (error instanceof StreamConstraintsException) {
      return "too_deep";
    }
    if (error instanceof JsonEOFException) {
      return "truncated";
    }
    if (parses(WITH_NAN, value)) {
      return "not_a_number";
    }
    if (parses(WITH_TRAILING, value)) {
      return "trailing_garbage";
    }
    if (parses(WITH_DUPLICATES, value)) {
      return "duplicate_key";
    }
    // Jackson reports other errors for input that ends in a number, in a literal or after a comma.
    boolean atTheEnd = error.getLocation().getByteOffset() >= value.length - 6;
    return atTheEnd && value[value.length - 1] != '}' ? "truncated" : "malformed_json";
  }

  private static void fieldFaults(JsonNode event, Set<String> faults) {
    for (String name : new String[] {"query_id", "event_type", "timestamp"}) {
      if (!event.hasNonNull(name)) {
        faults.add("missing_field");
      } else if (!event.get(name).isTextual()) {
        faults.add("wrong_type");
      }
    }
    JsonNode metadata = event.path("metadata");
    wrongUnless(faults, metadata.isMissingNode() || metadata.isObject());
    wrongUnless(faults, textOrAbsent(event.path("query_text")));
    wrongUnless(faults, textOrAbsent(metadata.path("user_id")));
    wrongUnless(faults, textOrAbsent(metadata.path("database")));
    for (String name : new String[] {"duration_ms", "rows_affected"}) {
      JsonNode number = metadata.path(name);
      wrongUnless(faults, number.isMissingNode() || number.isIntegralNumber());
      if (number.isIntegralNumber() && !number.canConvertToLong()) {
        faults.add("number_overflow");
      }
    }
    if (event.path("timestamp").isTextual()) {
      try {
        OffsetDateTime.parse(event.get("timestamp").textValue());
      } catch (DateTimeException e) {
        faults.add("invalid_time");
      }
    }
  }

  private static boolean textOrAbsent(JsonNode node) {
    return node.isMissingNode() || node.isTextual();
  }

  private static void wrongUnless(Set<String> faults, boolean right) {
    if (!right) {
      faults.add("wrong_type");
    }
  }

  private static boolean hasLoneSurrogate(JsonNode node) {
    if (node.isTextual()) {
      return node.textValue().codePoints().anyMatch(c -> c >= 0xD800 && c <= 0xDFFF);
    }
    for (JsonNode child : node) {
      if (hasLoneSurrogate(child)) {
        return true;
      }
    }
    return false;
  }

  private static boolean parses(ObjectMapper mapper, byte[] value) {
    try {
      mapper.readTree(value);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static ObjectMapper mapper(boolean noTrailing, boolean noDuplicates, boolean nan) {
    JsonFactory factory =
        JsonFactory.builder()
            .configure(StreamReadFeature.STRICT_DUPLICATE_DETECTION, noDuplicates)
            .configure(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS, nan)
            .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(64).build())
            .build();
    return new ObjectMapper(factory)
        .configure(DeserializationFeature.FAIL_ON_TRAILING_TOKENS, noTrailing);
  }
}
