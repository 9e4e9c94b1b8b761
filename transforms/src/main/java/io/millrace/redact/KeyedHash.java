package io.millrace.redact;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.zip.CRC32;

/**
 * A text as 40 characters of hexadecimal: the first 128 bits of its HMAC-SHA256, and 32 check bits
 * by which a hash is recognized. A hash is not hashed again, so a dead letter that is replayed gets
 * the values that it had. Two texts of n have one hash with a probability of n²/2 · 2⁻¹²⁸.
 *
 * <p>Costs about 0.6 µs a text. Not thread-safe.
 */
final class KeyedHash {
  static final int LENGTH = 40;
  private static final int DIGITS_OF_HASH = 32;
  private static final byte[] HEX = "0123456789abcdef".getBytes(UTF_8);
  private static final int BLOCK = 64;

  // The states after the blocks of the key: HMAC without computing them for each text
  private final MessageDigest inner;
  private final MessageDigest outer;
  private final CRC32 check = new CRC32();
  private final byte[] checkKey;

  KeyedHash(String secret) {
    byte[] text = secret.getBytes(UTF_8);
    byte[] key = Arrays.copyOf(text.length > BLOCK ? digest().digest(text) : text, BLOCK);
    this.inner = after(key, 0x36);
    this.outer = after(key, 0x5c);
    byte[] name = "check".getBytes(UTF_8);
    this.checkKey = hmac(name, 0, name.length);
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static MessageDigest after(byte[] key, int pad) {
    byte[] block = new byte[BLOCK];
    for (int i = 0; i < BLOCK; i++) {
      block[i] = (byte) (key[i] ^ pad);
    }
    MessageDigest digest = digest();
    digest.update(block);
    return digest;
  }

  /** The HMAC-SHA256 of a text. */
  byte[] hmac(byte[] text, int from, int to) {
    try {
      MessageDigest first = (MessageDigest) inner.clone();
      first.update(text, from, to - from);
      MessageDigest second = (MessageDigest) outer.clone();
      return second.digest(first.digest());
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("the JDK's SHA-256 can be cloned", e);
    }
  }

  /** The hash of a text; a copy of the text if it is a hash already. */
  byte[] of(byte[] text, int from, int to) {
    byte[] out = new byte[LENGTH];
    if (isHash(text, from, to)) {
      System.arraycopy(text, from, out, 0, LENGTH);
      return out;
    }
    byte[] hash = hmac(text, from, to);
    for (int i = 0; i < DIGITS_OF_HASH / 2; i++) {
      out[2 * i] = HEX[(hash[i] >> 4) & 0xf];
      out[2 * i + 1] = HEX[hash[i] & 0xf];
    }
    long bits = check(out, 0);
    for (int i = LENGTH - 1; i >= DIGITS_OF_HASH; i--) {
      out[i] = HEX[(int) bits & 0xf];
      bits >>= 4;
    }
    return out;
  }

  /** Whether a text is a hash with this key. */
  boolean isHash(byte[] text, int from, int to) {
    if (to - from != LENGTH) {
      return false;
    }
    for (int i = from; i < to; i++) {
      if (!isDigit(text[i])) {
        return false;
      }
    }
    long bits = check(text, from);
    for (int i = to - 1; i >= from + DIGITS_OF_HASH; i--) {
      if (text[i] != HEX[(int) bits & 0xf]) {
        return false;
      }
      bits >>= 4;
    }
    return true;
  }

  static boolean isDigit(int c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
  }

  private long check(byte[] digits, int from) {
    check.reset();
    check.update(checkKey, 0, checkKey.length);
    check.update(digits, from, DIGITS_OF_HASH);
    return check.getValue();
  }
}
