package io.millrace.cli.init.layout;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.cli.init.guess.NumberForm;
import io.millrace.contract.IpText;
import io.millrace.decode.IsoTime;
import io.millrace.decode.UuidText;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Lines of CSV below a line with the names of their columns.
 *
 * @param delimiter the value of the format's option; empty: a comma
 * @param columns the names
 * @param events the lines that have as many cells as names
 */
record CsvSample(String delimiter, List<String> columns, List<ObjectNode> events) {
  private static final char[] DELIMITERS = {',', '\t', ';', '|'};
  private static final int GOOD_PERCENT = 80;

  /** Reads lines; null if they are no CSV, or the first one holds no names. */
  static @Nullable CsvSample of(List<byte[]> lines) {
    if (lines.size() < 2) {
      return null;
    }
    for (char delimiter : DELIMITERS) {
      List<String> names = names(split(lines.get(0), delimiter));
      if (names == null) {
        continue;
      }
      List<ObjectNode> events = new ArrayList<>();
      for (byte[] line : lines.subList(1, lines.size())) {
        List<@Nullable String> cells = split(line, delimiter);
        if (cells.size() == names.size()) {
          events.add(event(names, cells));
        }
      }
      if (events.size() * 100L >= (lines.size() - 1) * (long) GOOD_PERCENT) {
        String option = delimiter == ',' ? "" : delimiter == '\t' ? "tab" : "" + delimiter;
        return new CsvSample(option, names, events);
      }
    }
    return null;
  }

  /** The names of columns; null if the cells are not names. */
  private static @Nullable List<String> names(List<@Nullable String> cells) {
    Set<String> names = new HashSet<>();
    List<String> trimmed = new ArrayList<>();
    for (String cell : cells) {
      String name = cell == null ? "" : cell.strip();
      boolean letter = name.chars().anyMatch(Character::isLetter);
      if (!letter || name.indexOf(',') >= 0 || name.length() > 100 || !names.add(name)) {
        return null;
      }
      if (isValue(name)) {
        return null;
      }
      trimmed.add(name);
    }
    return trimmed.size() < 2 ? null : trimmed;
  }

  /** Whether a text is a value, not a name: the first line of a file may be an event. */
  private static boolean isValue(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return UuidText.canonical(text) != null
        || NumberForm.isNumber(text)
        || IpText.ipv6(text) != null
        || IsoTime.isTime(new IsoTime().parse(bytes, 0, bytes.length, true))
        || text.indexOf('=') >= 0
        || text.indexOf('@') >= 0;
  }

  /** The cells of a line; null is a cell without a value. */
  private static List<@Nullable String> split(byte[] line, char delimiter) {
    String text = new String(line, StandardCharsets.UTF_8);
    if (text.startsWith("\uFEFF")) {
      text = text.substring(1);
    }
    List<@Nullable String> cells = new ArrayList<>();
    StringBuilder cell = new StringBuilder();
    boolean quoted = false;
    boolean open = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' && open && i + 1 < text.length() && text.charAt(i + 1) == '"') {
        cell.append('"');
        i++;
      } else if (c == '"' && (open || cell.isEmpty())) {
        open = !open;
        quoted = true;
      } else if (c == delimiter && !open) {
        cells.add(cell.isEmpty() && !quoted ? null : cell.toString());
        cell.setLength(0);
        quoted = false;
      } else {
        cell.append(c);
      }
    }
    cells.add(cell.isEmpty() && !quoted ? null : cell.toString());
    return cells;
  }

  private static ObjectNode event(List<String> names, List<@Nullable String> cells) {
    ObjectNode event = JsonNodeFactory.instance.objectNode();
    for (int i = 0; i < names.size(); i++) {
      String cell = cells.get(i);
      String name = names.get(i);
      if (cell == null) {
        continue;
      }
      if (NumberForm.isInteger(cell)) {
        event.put(name, new BigInteger(cell));
      } else if (NumberForm.isNumber(cell)) {
        event.put(name, new BigDecimal(cell));
      } else if (cell.equals("true") || cell.equals("false")) {
        event.put(name, cell.equals("true"));
      } else {
        event.put(name, cell);
      }
    }
    return event;
  }
}
