package io.millrace.decode.fuzz;

import static io.millrace.decode.fuzz.Pieces.concat;
import static io.millrace.decode.fuzz.Pieces.join;
import static io.millrace.decode.fuzz.Pieces.varint;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Changes records where their structure is: between the tokens of a text, and in the fields of a
 * Protobuf message, whose lengths stay right. Now and then it changes any byte. What it makes
 * follows from the seeds and the random numbers alone.
 */
final class Mutator {
  private static final int MOST_BYTES = 20_000;
  private static final String SEPARATORS = "{}[],:\"=\n\r\t ;\\#";

  private static final String BEFORE_VALUE = ":=,[";
  private static final String AFTER_VALUE = ",]}\n ";

  /** Texts at which decoders have rules of their own. */
  private static final List<byte[]> WORDS =
      Stream.of(
              "null",
              "true",
              "false",
              "NaN",
              "-Infinity",
              "0",
              "-0",
              "1e400",
              "1e-400",
              ".5",
              "7.",
              "00",
              "-1",
              "2147483648",
              "9223372036854775808",
              "-9223372036854775809",
              "18446744073709551616",
              "0x10",
              "1i",
              "1u",
              "1e",
              "9".repeat(40),
              "\"7\"",
              "123456789012345678.123456789",
              "{}",
              "[]",
              "[".repeat(20),
              "{\"a\":".repeat(20),
              "\"\"",
              "\"\\u0000\"",
              "\"\\ud800\"",
              "\\u12",
              "\\ud83d\\ude00",
              "\"id\"",
              "\"at\"",
              "\"timeUnixNano\"",
              "\"kvlistValue\"",
              "\"arrayValue\"",
              "\"attributes\"",
              "{\"stringValue\":\"x\"}",
              "2026-02-30T10:00:00Z",
              "2026-03-01T24:00:00Z",
              "-0001-01-01T00:00:00Z",
              "2026-03-01T10:00:00+24:00",
              "1969-12-31T23:59:60.9999999999Z",
              "=\"",
              "\\,",
              "\\ ",
              "\\=",
              "\n",
              "\r\n",
              "\r",
              "\t",
              "\u0000",
              "\u007f",
              "é",
              "😀",
              "\ufeff",
              "#",
              "\"",
              "\"\"\"",
              ",,",
              "a=b",
              " v=1",
              "\u2028")
          .map(word -> word.getBytes(UTF_8))
          .toList();

  /** Values of JSON, most of which other texts have too. */
  private static final List<byte[]> VALUES =
      Stream.of(
              "null",
              "true",
              "0",
              "-0.0",
              "7",
              "-2147483648",
              "9223372036854775807",
              "1.25",
              "1E+30",
              "1e-400",
              "\"\"",
              "\"text\"",
              "\"\\ud83d\\ude00\\u0000\\n\"",
              "\"2026-03-01T10:00:00.5Z\"",
              "[]",
              "{}",
              "[1,\"a\",null,[true]]",
              "{\"k\":{\"l\":[{}]}}")
          .map(value -> value.getBytes(UTF_8))
          .toList();

  /** Bytes that are no UTF-8: cut off, too long, half of a pair, beyond the last character. */
  private static final List<byte[]> NO_TEXT =
      List.of(
          new byte[] {(byte) 0xe2, (byte) 0x82},
          new byte[] {(byte) 0xc0, (byte) 0x80},
          new byte[] {(byte) 0xed, (byte) 0xa0, (byte) 0x80},
          new byte[] {(byte) 0xf4, (byte) 0x90, (byte) 0x80, (byte) 0x80},
          new byte[] {(byte) 0xff});

  private static final long[] EDGES = {
    0,
    1,
    2,
    0x7f,
    0x80,
    0x3fff,
    0x4000,
    Integer.MAX_VALUE,
    1L << 31,
    0xffffffffL,
    1L << 32,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    -1,
    -2
  };

  private final Random random;
  private final List<byte[]> seeds;
  private final boolean protobuf;
  private final MessageMutator messages;

  /**
   * Prepares mutation.
   *
   * @param protobuf whether some seeds are messages of Protobuf
   */
  Mutator(Random random, List<byte[]> seeds, boolean protobuf) {
    this.random = random;
    this.seeds = seeds;
    this.protobuf = protobuf;
    this.messages = new MessageMutator(random, this);
  }

  /** The next record: a seed with one change or a few. */
  byte[] next() {
    byte[] bytes = seed();
    boolean message = protobuf && bytes.length > 0 && bytes[0] != '{' && bytes[0] != ' ';
    int changes = 1 + random.nextInt(1 + random.nextInt(4));
    for (int i = 0; i < changes && bytes.length <= MOST_BYTES; i++) {
      bytes =
          message && random.nextInt(8) != 0
              ? messages.mutate(bytes)
              : switch (random.nextInt(5)) {
                case 0 -> bytes(bytes);
                case 1 -> text(bytes);
                default -> value(bytes);
              };
    }
    return bytes;
  }

  byte[] seed() {
    return seeds.get(random.nextInt(seeds.size()));
  }

  byte[] word() {
    List<byte[]> words = random.nextInt(12) == 0 ? NO_TEXT : WORDS;
    return words.get(random.nextInt(words.size()));
  }

  /** Replaces one value of a text by another, and leaves what is around it valid. */
  private byte[] value(byte[] bytes) {
    int from = random.nextInt(bytes.length + 1);
    while (from < bytes.length && BEFORE_VALUE.indexOf(bytes[from]) < 0) {
      from++;
    }
    from = Math.min(bytes.length, from + 1);
    int to = from;
    while (to < bytes.length && AFTER_VALUE.indexOf(bytes[to]) < 0) {
      to++;
    }
    byte[] other = seed();
    int start = boundary(other, random.nextInt(other.length + 1));
    int end = boundary(other, Math.min(other.length, start + 1));
    byte[] replacement =
        switch (random.nextInt(8)) {
          case 0 -> Arrays.copyOfRange(other, start, end);
          case 1 -> Long.toString(edge()).getBytes(UTF_8);
          case 2 -> concat(new byte[] {'"'}, word(), new byte[] {'"'});
          case 3 -> word();
          default -> VALUES.get(random.nextInt(VALUES.size()));
        };
    return join(bytes, from, replacement, to);
  }

  /** Changes what is between two separators, or moves such pieces. */
  byte[] text(byte[] bytes) {
    int from = boundary(bytes, random.nextInt(bytes.length + 1));
    int to = boundary(bytes, Math.min(bytes.length, from + 1));
    for (int n = random.nextInt(4); n > 0; n--) {
      to = boundary(bytes, Math.min(bytes.length, to + 1));
    }
    byte[] piece = Arrays.copyOfRange(bytes, from, to);
    return switch (random.nextInt(8)) {
      case 0 -> join(bytes, from, word(), to);
      case 1 -> join(bytes, from, word(), from);
      case 2 -> join(bytes, from, new byte[0], to);
      case 3 -> join(bytes, from, repeated(piece), from);
      case 4 -> {
        int at = boundary(bytes, random.nextInt(bytes.length + 1));
        yield join(bytes, at, piece, at);
      }
      case 5 -> {
        byte[] other = seed();
        int start = boundary(other, random.nextInt(other.length + 1));
        int length = Math.min(other.length - start, random.nextInt(80));
        yield join(bytes, from, Arrays.copyOfRange(other, start, start + length), to);
      }
      case 6 -> join(bytes, from, Long.toString(edge()).getBytes(UTF_8), to);
      default -> random.nextInt(4) == 0 ? Arrays.copyOf(bytes, from) : join(bytes, to, word(), to);
    };
  }

  byte[] repeated(byte[] piece) {
    int times = random.nextInt(10) == 0 ? 1 + 2_000 / (piece.length + 1) : 1 + random.nextInt(3);
    byte[] all = new byte[piece.length * times];
    for (int i = 0; i < times; i++) {
      System.arraycopy(piece, 0, all, i * piece.length, piece.length);
    }
    return all;
  }

  /** The first place from here where a token begins or ends. */
  private static int boundary(byte[] bytes, int from) {
    int at = from;
    while (at < bytes.length && at > 0 && !isSeparator(bytes[at]) && !isSeparator(bytes[at - 1])) {
      at++;
    }
    return at;
  }

  private static boolean isSeparator(byte b) {
    return SEPARATORS.indexOf(b) >= 0;
  }

  long edge() {
    return random.nextInt(4) == 0
        ? random.nextLong() >> random.nextInt(64)
        : EDGES[random.nextInt(EDGES.length)];
  }

  /** Changes any bytes, as numbers of variable length too. */
  byte[] bytes(byte[] bytes) {
    int at = random.nextInt(bytes.length + 1);
    int to = Math.min(bytes.length, at + 1 + random.nextInt(8));
    return switch (random.nextInt(7)) {
      case 0 ->
          join(bytes, at, new byte[] {(byte) random.nextInt()}, Math.min(bytes.length, at + 1));
      case 1 -> {
        byte[] changed = bytes.clone();
        if (at < changed.length) {
          changed[at] ^= (byte) (1 << random.nextInt(8));
        }
        yield changed;
      }
      case 2 -> join(bytes, at, new byte[0], to);
      case 3 -> join(bytes, at, Arrays.copyOfRange(bytes, at, to), at);
      case 4 -> join(bytes, at, varint(edge()), Math.min(bytes.length, at + 1));
      case 5 -> {
        byte[] other = seed();
        int start = random.nextInt(other.length + 1);
        yield join(bytes, at, Arrays.copyOfRange(other, start, other.length), to);
      }
      default -> Arrays.copyOf(bytes, at);
    };
  }
}
