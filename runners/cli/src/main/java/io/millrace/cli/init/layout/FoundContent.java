package io.millrace.cli.init.layout;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;

/** Says what bytes are that hold no events, for messages. */
final class FoundContent {
  /** A zero byte and the id of a schema. */
  static final int FRAME_BYTES = 5;

  private static final int SHOWN = 400;

  private static final Map<String, String> MAGIC =
      Map.ofEntries(
          Map.entry("89504e47", "a PNG image"),
          Map.entry("ffd8ff", "a JPEG image"),
          Map.entry("47494638", "a GIF image"),
          Map.entry("25504446", "a PDF document"),
          Map.entry("504b0304", "a zip archive"),
          Map.entry("7f454c46", "a program (ELF)"),
          Map.entry("cafebabe", "a Java class"),
          Map.entry("50415231", "a Parquet file"),
          Map.entry("4f626a01", "an Avro object container file"),
          Map.entry("4f5243", "an ORC file"),
          Map.entry("425a68", "bzip2"),
          Map.entry("fd377a585a", "xz"),
          Map.entry("04224d18", "LZ4"),
          Map.entry("ff060000", "Snappy"),
          Map.entry("53514c69", "an SQLite database"));

  private FoundContent() {}

  static boolean isText(byte[] bytes) {
    for (byte b : bytes) {
      if (b >= 0 && b < 0x20 && b != '\t' && b != '\n' && b != '\r' && b != 0x1b && b != '\f') {
        return false;
      }
    }
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  /** Whether a value has the header of a schema registry: a zero byte and an id. */
  static boolean isFramed(byte[] bytes) {
    return bytes.length > FRAME_BYTES
        && bytes[0] == 0
        // The start of JSON in UTF-16 and UTF-32.
        && !(bytes[1] == '{' && bytes[2] == 0)
        && !(bytes[3] == '{' && bytes[4] == 0)
        && schemaId(bytes) > 0;
  }

  static int schemaId(byte[] bytes) {
    return ByteBuffer.wrap(bytes).getInt(1);
  }

  /** What bytes are, such as {@code an HTML page}. */
  static String describe(byte[] bytes) {
    StringBuilder hex = new StringBuilder();
    for (int i = 0; i < Math.min(5, bytes.length); i++) {
      hex.append(String.format(Locale.ROOT, "%02x", bytes[i]));
    }
    for (Map.Entry<String, String> magic : MAGIC.entrySet()) {
      if (hex.toString().startsWith(magic.getKey())) {
        return magic.getValue();
      }
    }
    if (hex.toString().startsWith("fffe") || hex.toString().startsWith("feff")) {
      return "text in UTF-16";
    } else if (!isText(bytes)) {
      return "binary data of no known format";
    }
    String start =
        new String(bytes, 0, Math.min(SHOWN, bytes.length), StandardCharsets.UTF_8)
            .strip()
            .toLowerCase(Locale.ROOT);
    if (start.startsWith("<!doctype html") || start.startsWith("<html")) {
      return "an HTML page";
    } else if (start.startsWith("<")) {
      return "XML";
    } else if (start.startsWith("{") || start.startsWith("[")) {
      return "invalid JSON (" + JsonText.problem(bytes) + ")";
    }
    return "plain text";
  }
}
