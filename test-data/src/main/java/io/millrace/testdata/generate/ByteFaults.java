package io.millrace.testdata.generate;

import io.millrace.testdata.workload.ByteBuilder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/** Makes an event malformed in its bytes. The event must be valid and have every known field. */
record ByteFaults(RandomGenerator random) {
  private static final byte[][] NOT_UTF8 = {
    {(byte) 0xFF},
    {(byte) 0x80},
    {(byte) 0xC3, 'x'},
    {(byte) 0xC0, (byte) 0xAF},
    {(byte) 0xE2, (byte) 0x82, 'x'},
    {(byte) 0xED, (byte) 0xA0, (byte) 0xBD},
    {(byte) 0xF4, (byte) 0x90, (byte) 0x80, (byte) 0x80},
    {'M', (byte) 0xFC, 'n', 'c', 'h', 'e', 'n'},
  };
  private static final byte[] EVENT_TYPE = ascii("\"event_type\"");
  private static final byte[] QUERY_TEXT = ascii("\"query_text\"");
  private static final byte[] ROWS = ascii("\"rows_affected\"");
  private static final String[] GARBAGE = {
    "{\"a\":1}", " x", "}", ",", "]", " null", ":", "\"more\"", " 17", "//"
  };
  private static final int LONGEST_PAIR = 12;

  byte[] notUtf8(byte[] event) {
    return insert(event, insideQueryText(event), NOT_UTF8[random.nextInt(NOT_UTF8.length)]);
  }

  /** Cuts between two characters, so that the rest is valid UTF-8. */
  byte[] truncated(byte[] event) {
    int cut = 1 + random.nextInt(event.length - 1);
    while ((event[cut] & 0xC0) == 0x80) {
      cut--;
    }
    return Arrays.copyOf(event, Math.max(1, beforeEscapes(event, cut)));
  }

  byte[] malformedJson(byte[] event) {
    int name = indexOf(event, EVENT_TYPE);
    int colon = next(event, name + EVENT_TYPE.length, ':');
    int comma = previous(event, name, ',');
    int number = next(event, indexOf(event, ROWS), ':') + 1;
    return switch (random.nextInt(9)) {
      case 0 -> replace(event, colon, " ");
      case 1 -> replace(event, comma, " ");
      case 2 -> insert(event, comma, ascii(","));
      case 3 -> insert(event, name, ascii("oops "));
      case 4 -> insert(event, event.length - 1, ascii(","));
      case 5 -> insert(event, number, ascii("0x"));
      case 6 -> insert(event, insideQueryText(event), ascii("\\q"));
      case 7 -> insert(event, insideQueryText(event), new byte[] {1});
      default -> insert(event, name, ascii("\"flag\":True,"));
    };
  }

  byte[] notAnObject(byte[] event) {
    return switch (random.nextInt(4)) {
      case 0 -> join(ascii("["), event, ascii("]"));
      case 1 -> ascii("\"" + random.nextInt(1000) + " events follow\"");
      case 2 -> ascii("[]");
      default -> ascii(Integer.toString(random.nextInt(100_000)));
    };
  }

  byte[] trailingGarbage(byte[] event) {
    int drawn = random.nextInt(GARBAGE.length + 1);
    return join(event, drawn == GARBAGE.length ? event : ascii(GARBAGE[drawn]), new byte[0]);
  }

  // A cut inside an escaped surrogate pair would allow two codes.
  private static int beforeEscapes(byte[] event, int cut) {
    int at = cut;
    for (int i = cut - 1; i >= Math.max(0, at - LONGEST_PAIR); i--) {
      if (event[i] == '\\') {
        at = i;
      }
    }
    return at;
  }

  private static int insideQueryText(byte[] event) {
    int colon = next(event, indexOf(event, QUERY_TEXT) + QUERY_TEXT.length, ':');
    return next(event, colon, '"') + 1;
  }

  // A quoted name occurs only once, because quotes inside strings are escaped.
  private static int indexOf(byte[] event, byte[] name) {
    for (int i = 0; i <= event.length - name.length; i++) {
      if (Arrays.equals(event, i, i + name.length, name, 0, name.length)) {
        return i;
      }
    }
    throw new IllegalStateException(
        "the event has no field " + new String(name, StandardCharsets.US_ASCII));
  }

  private static int next(byte[] event, int from, char wanted) {
    int at = from;
    while (event[at] != wanted) {
      at++;
    }
    return at;
  }

  private static int previous(byte[] event, int from, char wanted) {
    int at = from;
    while (event[at] != wanted) {
      at--;
    }
    return at;
  }

  private static byte[] replace(byte[] event, int at, String one) {
    byte[] out = event.clone();
    out[at] = (byte) one.charAt(0);
    return out;
  }

  private static byte[] insert(byte[] event, int at, byte[] more) {
    return join(Arrays.copyOf(event, at), more, Arrays.copyOfRange(event, at, event.length));
  }

  private static byte[] join(byte[] first, byte[] second, byte[] third) {
    return new ByteBuilder(first.length + second.length + third.length)
        .add(first)
        .add(second)
        .add(third)
        .toArray();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
