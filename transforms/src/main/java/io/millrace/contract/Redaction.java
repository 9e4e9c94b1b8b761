package io.millrace.contract;

import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * What is redacted of an event before it leaves decoding, and what is kept of a record whose places
 * are unknown. A secret is only named by its reference.
 *
 * @param rules the first rule about a value counts; patterns examine every other text
 * @param bytes what is kept of a record that cannot be taken apart, and of a format whose bytes are
 *     not rewritten
 * @param bytesKey reference to the secret of {@link Bytes#ENCRYPT}; null: none
 */
public record Redaction(List<Rule> rules, Bytes bytes, @Nullable String bytesKey)
    implements Serializable {
  /** The one format whose bytes are redacted in their place. */
  public static final String REWRITTEN_FORMAT = "json";

  /** Nothing is redacted. */
  public static final Redaction NONE = new Redaction(List.of(), Bytes.KEEP, null);

  public Redaction {
    rules = List.copyOf(rules);
  }

  /** What a rule is about. */
  public enum Target {
    FIELD,
    PATH,
    PATTERN,
    RECORD_KEY,
    HEADER
  }

  /** What becomes of a value. */
  public enum Action {
    REMOVE,
    /** Three asterisks, and as many of the last characters as the rule says. */
    MASK,
    /** A keyed hash: equal values stay equal. */
    HASH,
    /** The first characters of a text, or the first bits of an address. */
    TRUNCATE,
    /** Only for a record's key and headers, which are removed without a rule. */
    KEEP
  }

  /** What is kept of bytes in which no rule finds its place. */
  public enum Bytes {
    KEEP,
    DROP,
    ENCRYPT
  }

  /**
   * One rule.
   *
   * @param at the field, path, pattern or header as in the contract; empty for the record's key
   * @param keys the keys to the value, of a field or path; {@code *} is any key or element
   * @param above how many levels above the event they begin, see {@link FieldDefinition#above}
   * @param keep how much stays of a masked or truncated text: characters, of an address bits
   * @param key reference to the secret of a hash; null: none
   */
  public record Rule(
      Target target,
      String at,
      List<String> keys,
      int above,
      Action action,
      int keep,
      @Nullable String key)
      implements Serializable {
    /** In a rule's keys: any key of an object, any element of an array. */
    public static final String ANY = "*";

    /** The rule in a few words: {@code hash of field email}. */
    public String describe() {
      String what = target.name().toLowerCase(Locale.ROOT).replace('_', ' ');
      return action.name().toLowerCase(Locale.ROOT)
          + " of "
          + what
          + (at.isEmpty() ? "" : " " + at);
    }
  }

  /** Whether nothing is redacted and all bytes are kept. */
  public boolean isNone() {
    return rules.isEmpty() && bytes == Bytes.KEEP;
  }
}
