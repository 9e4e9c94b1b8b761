package io.millrace.cli.deadletters;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.cli.explain.StoredDeadLetter;
import io.millrace.cli.support.JsonObject;
import io.millrace.cli.support.TextLines;
import io.millrace.event.SourceRecord;
import io.millrace.event.SourceRecord.Header;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/** A dead letter as a line, as all its fields, or as JSON. Bytes are bounded. */
public final class LetterText {
  private LetterText() {}

  /** The place, and what was wrong. */
  static String line(StoredDeadLetter letter) {
    return TextLines.text(
        "%s  %s  %s  %s  attempt %d  %s  %s",
        letter.place(),
        letter.code(),
        letter.stage(),
        Instant.ofEpochMilli(letter.firstSeenMillis()),
        letter.attempt(),
        size(letter),
        letter.message());
  }

  private static String size(StoredDeadLetter letter) {
    return letter.valueBytes() < 0 ? "tombstone" : TextLines.text("%,d bytes", letter.valueBytes());
  }

  /** The fields as one object, without the bytes. */
  public static JsonObject json(StoredDeadLetter letter) {
    SourceRecord record = letter.record();
    JsonObject json =
        JsonObject.object()
            .put("place", letter.place())
            .put("topic", record.topic())
            .put("partition", record.partition())
            .put("offset", record.offset());
    if (record.elements() > 1) {
      json.put("element", record.element()).put("elements", record.elements());
    }
    json.put("code", letter.code()).put("message", letter.message()).put("stage", letter.stage());
    if (!letter.sink().isEmpty()) {
      json.put("sink", letter.sink());
    }
    return json.put("contract", letter.contract())
        .put("contract_version", letter.contractVersion())
        .put("consumer", letter.consumer())
        .put("record_time", Instant.ofEpochMilli(record.recordTimeMillis()).toString())
        .put("first_seen", Instant.ofEpochMilli(letter.firstSeenMillis()).toString())
        .put("attempt", letter.attempt())
        .put("bytes", letter.valueBytes() < 0 ? null : letter.valueBytes());
  }

  /**
   * All fields, key, headers and bytes.
   *
   * @param bytes the bytes to print; null for a tombstone
   * @param most how many of them to print at most
   */
  static String all(StoredDeadLetter letter, byte @Nullable [] bytes, int most) {
    SourceRecord record = letter.record();
    TextLines lines =
        new TextLines()
            .line("dead letter %s", letter.place())
            .line("  code         %s", letter.code())
            .line("  message      %s", letter.message())
            .line("  stage        %s", letter.stage());
    if (!letter.sink().isEmpty()) {
      lines.line("  sink         %s", letter.sink());
    }
    lines
        .line("  contract     %s version %d", letter.contract(), letter.contractVersion())
        .line("  consumer     %s", letter.consumer())
        .line("  record time  %s", Instant.ofEpochMilli(record.recordTimeMillis()))
        .line("  first seen   %s", Instant.ofEpochMilli(letter.firstSeenMillis()))
        .line("  attempt      %d", letter.attempt());
    if (record.elements() > 1) {
      lines.line("  element      %d of %d", record.element(), record.elements());
    }
    lines.line("  key          %s", record.key() == null ? "none" : bounded(record.key(), most));
    List<Header> headers = record.headers();
    for (Header header : headers) {
      byte[] value = header.value();
      lines.line(
          "  header       %s: %s", header.name(), value == null ? "null" : bounded(value, most));
    }
    return lines
        .line("  bytes        %s", size(letter))
        .line("%s", bytes == null ? "" : bounded(bytes, most))
        .toString()
        .stripTrailing();
  }

  /** Bytes as text if they are UTF-8 without controls, else in hexadecimal; cut if too many. */
  public static String bounded(byte[] bytes, int most) {
    boolean cut = bytes.length > most;
    byte[] shown = cut ? Arrays.copyOf(bytes, most) : bytes;
    String rest = cut ? TextLines.text(" … (%,d more bytes)", bytes.length - most) : "";
    String text = text(shown, cut);
    return (text == null ? "hex " + HexFormat.of().formatHex(shown) : text) + rest;
  }

  private static @Nullable String text(byte[] bytes, boolean cut) {
    // A cut may fall into the last character.
    int least = cut ? Math.max(Math.min(1, bytes.length), bytes.length - 3) : bytes.length;
    for (int end = bytes.length; end >= least; end--) {
      try {
        String text = UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, end)).toString();
        return text.chars().anyMatch(c -> c < ' ' && "\t\n\r".indexOf(c) < 0) ? null : text;
      } catch (CharacterCodingException e) {
        // Perhaps the cut.
      }
    }
    return null;
  }
}
