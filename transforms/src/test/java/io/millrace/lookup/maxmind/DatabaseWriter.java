package io.millrace.lookup.maxmind;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Writes small databases of MaxMind's format, with records of 24 bits and IPv4 networks. */
final class DatabaseWriter {
  private static final byte[] METADATA = {
    (byte) 0xab, (byte) 0xcd, (byte) 0xef, 'M', 'a', 'x', 'M', 'i', 'n', 'd', '.', 'c', 'o', 'm'
  };

  /** Bytes between the tree and the data. */
  private static final int SEPARATOR = 16;

  private static final int NOTHING = -1;

  /** Two records a node: the number of a node, {@link #NOTHING}, or -2 minus an offset of data. */
  private final List<int[]> nodes = new ArrayList<>();

  private final ByteArrayOutputStream data = new ByteArrayOutputStream();

  DatabaseWriter() {
    nodes.add(new int[] {NOTHING, NOTHING});
  }

  /** Adds a record for a network, which no other one contains. */
  DatabaseWriter add(String network, Map<String, Object> record) {
    String[] parts = network.split("/", -1);
    int address = 0;
    for (String part : parts[0].split("\\.", -1)) {
      address = address << 8 | Integer.parseInt(part);
    }
    int length = Integer.parseInt(parts[1]);
    int node = 0;
    for (int i = 0; i < length; i++) {
      int bit = address >>> (31 - i) & 1;
      if (i == length - 1) {
        nodes.get(node)[bit] = -2 - data.size();
      } else {
        if (nodes.get(node)[bit] == NOTHING) {
          nodes.get(node)[bit] = nodes.size();
          nodes.add(new int[] {NOTHING, NOTHING});
        }
        node = nodes.get(node)[bit];
      }
    }
    write(record, data);
    return this;
  }

  byte[] bytes() {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int[] node : nodes) {
      for (int record : node) {
        int value =
            record == NOTHING
                ? nodes.size()
                : record >= 0 ? record : nodes.size() + SEPARATOR + (-2 - record);
        all.write(value >>> 16);
        all.write(value >>> 8);
        all.write(value);
      }
    }
    all.writeBytes(new byte[SEPARATOR]);
    all.writeBytes(data.toByteArray());
    all.writeBytes(METADATA);
    write(
        Map.of(
            "binary_format_major_version",
            (short) 2,
            "binary_format_minor_version",
            (short) 0,
            "build_epoch",
            1_772_366_400L,
            "database_type",
            "Test",
            "description",
            Map.of("en", "Test"),
            "ip_version",
            (short) 4,
            "languages",
            List.of("en"),
            "node_count",
            nodes.size(),
            "record_size",
            (short) 24),
        all);
    return all.toByteArray();
  }

  private static void write(Object value, ByteArrayOutputStream out) {
    if (value instanceof String text) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      control(2, bytes.length, out);
      out.writeBytes(bytes);
    } else if (value instanceof Double number) {
      control(3, Double.BYTES, out);
      out.writeBytes(ByteBuffer.allocate(Double.BYTES).putDouble(number).array());
    } else if (value instanceof Short number) {
      control(5, Short.BYTES, out);
      out.writeBytes(ByteBuffer.allocate(Short.BYTES).putShort(number).array());
    } else if (value instanceof Integer number) {
      control(6, Integer.BYTES, out);
      out.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(number).array());
    } else if (value instanceof Long number) {
      control(9, Long.BYTES, out);
      out.writeBytes(ByteBuffer.allocate(Long.BYTES).putLong(number).array());
    } else if (value instanceof List<?> list) {
      control(11, list.size(), out);
      list.forEach(element -> write(element, out));
    } else if (value instanceof Map<?, ?> map) {
      control(7, map.size(), out);
      map.forEach(
          (key, element) -> {
            write(key, out);
            write(element, out);
          });
    } else {
      throw new IllegalArgumentException("no type for " + value);
    }
  }

  private static void control(int type, int size, ByteArrayOutputStream out) {
    if (size > 28) {
      throw new IllegalArgumentException("too large for this writer: " + size);
    }
    out.write(type <= 7 ? type << 5 | size : size);
    if (type > 7) {
      out.write(type - 7);
    }
  }
}
