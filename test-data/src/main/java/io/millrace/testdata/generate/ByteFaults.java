package io.millrace.testdata.generate;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Makes an event malformed in its bytes. The event must be valid and have every known field. Works
 * on texts in ISO-8859-1, whose characters are the bytes.
 */
record ByteFaults(RandomGenerator random) {
  private static final String[] NOT_UTF8 = {
    "\u00ff",
    "\u0080",
    "\u00c3x",
    "\u00c0\u00af",
    "\u00e2\u0082x",
    "\u00ed\u00a0\u00bd",
    "\u00f4\u0090\u0080\u0080",
    "M\u00fcnchen",
  };
  private static final String[] GARBAGE = {
    "{\"a\":1}", " x", "}", ",", "]", " null", ":", "\"more\"", " 17", "//"
  };
  private static final int LONGEST_PAIR = 12;

  byte[] notUtf8(byte[] event) {
    StringBuilder text = text(event);
    return bytes(text.insert(insideQueryText(text), NOT_UTF8[random.nextInt(NOT_UTF8.length)]));
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
    StringBuilder text = text(event);
    // A quoted name occurs only once, because quotes inside strings are escaped.
    int name = text.indexOf("\"event_type\"");
    int colon = text.indexOf(":", name);
    int comma = text.lastIndexOf(",", name);
    switch (random.nextInt(9)) {
      case 0 -> text.setCharAt(colon, ' ');
      case 1 -> text.setCharAt(comma, ' ');
      case 2 -> text.insert(comma, ",");
      case 3 -> text.insert(name, "oops ");
      case 4 -> text.insert(text.length() - 1, ",");
      case 5 -> text.insert(text.indexOf(":", text.indexOf("\"rows_affected\"")) + 1, "0x");
      case 6 -> text.insert(insideQueryText(text), "\\q");
      case 7 -> text.insert(insideQueryText(text), "\u0001");
      default -> text.insert(name, "\"flag\":True,");
    }
    return bytes(text);
  }

  byte[] notAnObject(byte[] event) {
    return bytes(
        switch (random.nextInt(4)) {
          case 0 -> text(event).insert(0, "[").append("]");
          case 1 -> "\"" + random.nextInt(1000) + " events follow\"";
          case 2 -> "[]";
          default -> Integer.toString(random.nextInt(100_000));
        });
  }

  byte[] trailingGarbage(byte[] event) {
    int drawn = random.nextInt(GARBAGE.length + 1);
    StringBuilder text = text(event);
    return bytes(text.append(drawn == GARBAGE.length ? text.toString() : GARBAGE[drawn]));
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

  private static int insideQueryText(StringBuilder event) {
    return event.indexOf("\"", event.indexOf(":", event.indexOf("\"query_text\""))) + 1;
  }

  private static StringBuilder text(byte[] event) {
    return new StringBuilder(new String(event, StandardCharsets.ISO_8859_1));
  }

  private static byte[] bytes(CharSequence text) {
    return text.toString().getBytes(StandardCharsets.ISO_8859_1);
  }
}
