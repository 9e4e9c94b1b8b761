package io.millrace.redact;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import io.millrace.event.Utf8Slice;
import io.millrace.text.ByteScan;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The rules about patterns, applied to one text after the other. Matches that overlap are one. What
 * a rule has hashed is not examined again, so a dead letter that is replayed keeps its values. Not
 * thread-safe.
 *
 * <p>Costs, for each pattern, a search for a character that its matches need, or RE2's automaton
 * (tens of nanoseconds a character) where the text holds that character or none is known.
 */
final class TextPatterns {
  private static final char SEVERAL = 0;
  private static final int ESCAPE_LENGTH = 6;

  private final Rule[] rules;
  private final Matcher[] matchers;
  private final boolean[] found;

  /** The ASCII characters one of which a match needs; null: a match may be of any characters. */
  private final boolean @Nullable [] required;

  /** The only one of these characters; {@link #SEVERAL} if there are several. */
  private final char only;

  /** A compiled pattern, its action and characters without which it does not match. */
  record Rule(Pattern pattern, TextAction action, String required) {
    static Rule of(String pattern, TextAction action) {
      return new Rule(Pattern.compile(pattern), action, RequiredCharacter.of(pattern));
    }
  }

  TextPatterns(List<Rule> rules) {
    this.rules = rules.toArray(Rule[]::new);
    this.matchers = new Matcher[this.rules.length];
    this.found = new boolean[this.rules.length];
    this.required = required(rules);
    this.only = only(required);
  }

  private static char only(boolean @Nullable [] characters) {
    char only = SEVERAL;
    for (char c = 0; characters != null && c < characters.length; c++) {
      if (characters[c]) {
        if (only != SEVERAL) {
          return SEVERAL;
        }
        only = c;
      }
    }
    return only;
  }

  private static boolean @Nullable [] required(List<Rule> rules) {
    boolean[] characters = new boolean[1 << Byte.SIZE];
    for (Rule rule : rules) {
      if (rule.required.isEmpty()) {
        return null;
      }
      rule.required.chars().forEach(c -> characters[c] = true);
    }
    return characters;
  }

  boolean isEmpty() {
    return rules.length == 0;
  }

  /** Whether a text in a range of JSON may match; false is certain. */
  boolean mayMatch(byte[] json, int from, int to) {
    boolean[] characters = required;
    if (characters == null || rules.length == 0) {
      return rules.length > 0;
    }
    for (int at = next(characters, json, from, to);
        at < to;
        at = next(characters, json, at + 2, to)) {
      if (json[at] != '\\' || characters['\\'] || mayStandFor(characters, json, at, to)) {
        return true;
      }
    }
    return false;
  }

  /** Where the first required character or backslash and u stands. */
  private int next(boolean[] characters, byte[] json, int from, int to) {
    if (only != SEVERAL) {
      return ByteScan.unicodeEscapeOr(only, json, from, to);
    }
    int at = from;
    while (at < to
        && (json[at] < 0 || !characters[json[at]])
        && (json[at] != '\\' || at + 1 == to || json[at + 1] != 'u')) {
      at++;
    }
    return at;
  }

  /** Whether an escape of JSON, backslash and u, may stand for a required character. */
  private static boolean mayStandFor(boolean[] characters, byte[] json, int at, int to) {
    if (at + ESCAPE_LENGTH > to) {
      return true;
    }
    // Of four digits, all characters of ASCII have two zeros.
    int high = Character.digit(json[at + 4], 16);
    int low = Character.digit(json[at + 5], 16);
    return json[at + 2] == '0'
        && json[at + 3] == '0'
        && (high < 0 || low < 0 || (high < 8 && characters[high * 16 + low]));
  }

  /** Whether a text, as it is, may match; false is certain. */
  boolean mayMatch(Utf8Slice text) {
    boolean[] characters = required;
    if (characters == null) {
      return true;
    }
    byte[] bytes = text.bytes();
    int to = text.from() + text.length();
    for (int at = text.from(); at < to; at++) {
      if (bytes[at] >= 0 && characters[bytes[at]]) {
        return true;
      }
    }
    return false;
  }

  /**
   * Redacts what the patterns find in a text.
   *
   * @param hashed whether matches are hashed by the rules that have a secret, and nothing else is
   *     done, for a text that identifies events
   * @return the text itself if nothing is found
   */
  String apply(String text, boolean hashed) {
    StringBuilder out = null;
    int past = 0;
    boolean any = false;
    for (int i = 0; i < rules.length; i++) {
      found[i] = false;
      Rule rule = rules[i];
      boolean applies = !hashed || rule.action.hash() != null;
      if (applies && holds(text, rule.required)) {
        matchers[i] = rule.pattern.matcher(text);
        found[i] = matchers[i].find();
        any |= found[i];
      }
    }
    while (any) {
      int first = first();
      if (first < 0) {
        break;
      }
      int from = matchers[first].start();
      int to = end(first);
      int behind = behindHash(text, from);
      if (behind < 0) {
        out = out == null ? new StringBuilder(text.length()) : out;
        TextAction action = rules[first].action;
        String match = text.substring(from, to);
        out.append(text, past, from).append(hashed ? action.hashOnly(match) : action.apply(match));
        past = to;
      }
      advance(behind < 0 ? to : behind);
    }
    return out == null ? text : out.append(text, past, text.length()).toString();
  }

  /** Whether a text holds one of the characters; true if there are none. */
  private static boolean holds(String text, String characters) {
    if (characters.length() == 1) {
      return text.indexOf(characters.charAt(0)) >= 0;
    }
    for (int i = 0; i < text.length(); i++) {
      if (characters.indexOf(text.charAt(i)) >= 0) {
        return true;
      }
    }
    return characters.isEmpty();
  }

  /** The rule whose match begins first; -1 if there is none. */
  private int first() {
    int first = -1;
    for (int i = 0; i < rules.length; i++) {
      if (found[i] && (first < 0 || matchers[i].start() < matchers[first].start())) {
        first = i;
      }
    }
    return first;
  }

  /** Where the matches end that overlap with the first one, or with one of these. */
  private int end(int first) {
    int end = matchers[first].end();
    boolean grown = true;
    while (grown) {
      grown = false;
      for (int i = 0; i < rules.length; i++) {
        if (found[i] && matchers[i].start() < end && matchers[i].end() > end) {
          end = matchers[i].end();
          grown = true;
        }
      }
    }
    return end;
  }

  private void advance(int to) {
    for (int i = 0; i < rules.length; i++) {
      while (found[i] && matchers[i].start() < to) {
        found[i] = matchers[i].find(Math.max(to, matchers[i].start() + 1));
      }
    }
  }

  /** Where the hash of a rule ends in which a match begins; -1 if it begins in none. */
  private int behindHash(String text, int at) {
    int from = at;
    while (from > 0 && KeyedHash.isDigit(text.charAt(from - 1))) {
      from--;
    }
    int to = at;
    while (to < text.length() && KeyedHash.isDigit(text.charAt(to))) {
      to++;
    }
    if (to - from != KeyedHash.LENGTH) {
      return -1;
    }
    byte[] run = text.substring(from, to).getBytes(US_ASCII);
    for (Rule rule : rules) {
      KeyedHash hash = rule.action.hash();
      if (hash != null && hash.isHash(run, 0, run.length)) {
        return to;
      }
    }
    return -1;
  }
}
