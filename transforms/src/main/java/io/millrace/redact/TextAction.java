package io.millrace.redact;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.contract.FieldType;
import io.millrace.contract.IpText;
import io.millrace.contract.Redaction.Action;
import io.millrace.contract.Redaction.Rule;
import java.util.Arrays;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * What a rule does with a text. Applied to its own result it changes nothing, so a dead letter that
 * is replayed keeps its values. An empty text stays empty. Notes that the rule was applied. Not
 * thread-safe.
 */
final class TextAction {
  private static final byte[] MASKED = {'*', '*', '*'};
  private static final byte[] EMPTY = {};

  private final Action action;
  private final int keep;
  private final @Nullable KeyedHash hash;
  private final boolean[] applied;
  private final int number;

  /**
   * The action of a rule.
   *
   * @param hash with the rule's secret; null: it has none
   * @param applied where the rule notes, under its number, that it was applied
   */
  TextAction(Rule rule, @Nullable KeyedHash hash, boolean[] applied, int number) {
    this.action = rule.action();
    this.keep = rule.keep();
    this.hash = hash;
    this.applied = applied;
    this.number = number;
  }

  /** Whether the value is removed, not replaced. Notes nothing. */
  boolean removes() {
    return action == Action.REMOVE;
  }

  boolean keeps() {
    return action == Action.KEEP;
  }

  @Nullable KeyedHash hash() {
    return hash;
  }

  /** Notes that the rule was applied. */
  void note() {
    applied[number] = true;
  }

  /** What stands for a text of UTF-8; empty if it is removed. */
  byte[] apply(byte[] text, int from, int to) {
    if (from == to) {
      return EMPTY;
    }
    note();
    return switch (action) {
      case REMOVE -> EMPTY;
      case KEEP -> Arrays.copyOfRange(text, from, to);
      case HASH -> hashed(text, from, to);
      case MASK -> mask(text, from, to);
      case TRUNCATE -> Arrays.copyOfRange(text, from, skip(text, from, to, keep));
    };
  }

  String apply(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    return new String(apply(bytes, 0, bytes.length), UTF_8);
  }

  /** The hash of a text, whatever else the rule does. */
  String hashOnly(String text) {
    note();
    byte[] bytes = text.getBytes(UTF_8);
    return new String(hashed(bytes, 0, bytes.length), US_ASCII);
  }

  /** What stands for a text that is a value of a type. */
  byte[] applyAs(@Nullable FieldType type, byte[] text, int from, int to) {
    if (action == Action.TRUNCATE && type == FieldType.IPV4) {
      long bits = IpText.ipv4Bits(text, from, to);
      if (bits >= 0) {
        note();
        long mask = keep == 0 ? 0 : -1L << (Integer.SIZE - keep);
        return IpText.ipv4Text(bits & mask & 0xffffffffL).getBytes(US_ASCII);
      }
    } else if (action == Action.TRUNCATE && type == FieldType.IPV6) {
      byte[] address = IpText.ipv6Bytes(text, from, to);
      if (address != null) {
        note();
        for (int bit = keep; bit < address.length * Byte.SIZE; bit++) {
          address[bit / Byte.SIZE] &= (byte) ~(0x80 >> (bit % Byte.SIZE));
        }
        return IpText.ipv6Text(address).getBytes(US_ASCII);
      }
    } else {
      return apply(text, from, to);
    }
    // No address: a dead letter, in which nothing of it may stay.
    note();
    return MASKED.clone();
  }

  private byte[] hashed(byte[] text, int from, int to) {
    KeyedHash keyed = hash;
    if (keyed == null) {
      throw new IllegalStateException("a rule that hashes has a key");
    }
    return keyed.of(text, from, to);
  }

  private byte[] mask(byte[] text, int from, int to) {
    int shown = to;
    for (int left = keep; left > 0 && shown > from; left--) {
      shown = before(text, from, shown);
    }
    boolean isMasked =
        shown - from == MASKED.length && Arrays.equals(text, from, shown, MASKED, 0, MASKED.length);
    // Of a short text, the last characters would be most of it.
    if (!isMasked && skip(text, from, shown, keep) == shown) {
      shown = to;
    }
    byte[] out = Arrays.copyOf(MASKED, MASKED.length + to - shown);
    System.arraycopy(text, shown, out, MASKED.length, to - shown);
    return out;
  }

  /** Where the character before an index begins. */
  private static int before(byte[] text, int from, int at) {
    int start = at - 1;
    while (start > from && (text[start] & 0xc0) == 0x80) {
      start--;
    }
    return start;
  }

  /** Where a number of characters end. */
  private static int skip(byte[] text, int from, int to, int characters) {
    int at = from;
    for (int left = characters; left > 0 && at < to; left--) {
      at++;
      while (at < to && (text[at] & 0xc0) == 0x80) {
        at++;
      }
    }
    return at;
  }
}
