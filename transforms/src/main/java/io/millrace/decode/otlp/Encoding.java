package io.millrace.decode.otlp;

import io.millrace.contract.Contract;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Whether an export request is in protobuf or JSON. */
enum Encoding {
  PROTOBUF,
  JSON,
  /** By its first bytes. */
  AUTO;

  /** The name of the option in a contract. */
  private static final String OPTION = "encoding";

  /** The options of the formats, see {@code RecordFormat.options}. */
  static final Map<String, Set<String>> OPTIONS = options();

  private static Map<String, Set<String>> options() {
    Set<String> names = new LinkedHashSet<>(List.of("auto", "protobuf", "json"));
    return Map.of(OPTION, Collections.unmodifiableSet(names));
  }

  static Encoding of(Contract contract) {
    return switch (contract.formatOptions().getOrDefault(OPTION, "auto")) {
      case "protobuf" -> PROTOBUF;
      case "json" -> JSON;
      default -> AUTO;
    };
  }

  /** Whether a request, or an element of one, is JSON. */
  boolean isJson(byte[] bytes) {
    if (this != AUTO) {
      return this == JSON;
    }
    int at = startsWithMark(bytes) ? 3 : 0;
    int from = at;
    while (at < bytes.length && isSpace(bytes[at])) {
      at++;
    }
    // A tag and a length of protobuf may be a line break and a brace: then all of it is protobuf.
    return at < bytes.length
        && bytes[at] == '{'
        && (at == from || !WireReader.isMessage(bytes, 0, bytes.length));
  }

  private static boolean startsWithMark(byte[] bytes) {
    return bytes.length > 3
        && bytes[0] == (byte) 0xef
        && bytes[1] == (byte) 0xbb
        && bytes[2] == (byte) 0xbf;
  }

  static boolean isSpace(byte c) {
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
  }
}
