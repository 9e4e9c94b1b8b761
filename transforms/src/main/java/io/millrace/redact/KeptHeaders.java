package io.millrace.redact;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.contract.Redaction.Rule;
import io.millrace.event.DeadLetterFactory;
import io.millrace.event.SourceRecord.Header;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Redacts the key and the headers of a record. Without a rule they are removed, because no path
 * tells what they hold. Millrace's own headers and {@code content-encoding} stay: a replay needs
 * them. What stays as a text is examined by the patterns. Not thread-safe.
 */
final class KeptHeaders {
  private static final String OWN = "millrace-";
  private static final String CONTENT_ENCODING = "content-encoding";

  private final List<Named> headers;
  private final @Nullable TextAction key;
  private final TextPatterns patterns;

  /** A rule about a header; {@code *} is about every header without a rule of its own. */
  record Named(String name, TextAction action) {}

  /** Redacts what is around the events of a record, see the header's constant. */
  interface Surroundings {
    /** The header's value, redacted; null: it cannot be redacted and is removed. */
    byte @Nullable [] redact(byte[] value);
  }

  KeptHeaders(List<Named> headers, @Nullable TextAction key, TextPatterns patterns) {
    this.headers = headers;
    this.key = key;
    this.patterns = patterns;
  }

  /** Whether Millrace writes a header of this name itself. */
  static boolean isOwn(String name) {
    return name.startsWith(OWN);
  }

  /** The headers that Millrace writes itself, without what is around an element. */
  static List<Header> own(List<Header> all) {
    return all.stream()
        .filter(
            header ->
                isOwn(header.name()) && !header.name().equals(DeadLetterFactory.SURROUNDING_HEADER))
        .toList();
  }

  byte @Nullable [] key(byte @Nullable [] value) {
    return value == null || key == null ? null : redacted(key, value);
  }

  List<Header> headers(List<Header> all, Surroundings surroundings) {
    if (all.isEmpty()) {
      return all;
    }
    List<Header> kept = new ArrayList<>(all.size());
    for (Header header : all) {
      byte[] value = header.value();
      if (isOwn(header.name())) {
        boolean around = header.name().equals(DeadLetterFactory.SURROUNDING_HEADER);
        byte[] redacted = around && value != null ? surroundings.redact(value) : value;
        if (redacted != null) {
          kept.add(new Header(header.name(), redacted));
        }
        continue;
      }
      TextAction action = action(header.name());
      if (value == null || header.name().equalsIgnoreCase(CONTENT_ENCODING)) {
        if (action == null ? value != null : !action.removes()) {
          kept.add(header);
        }
      } else if (action != null && !action.removes()) {
        byte[] redacted = redacted(action, value);
        if (redacted != null) {
          kept.add(new Header(header.name(), redacted));
        }
      } else if (action != null) {
        action.note();
      }
    }
    return List.copyOf(kept);
  }

  private @Nullable TextAction action(String name) {
    TextAction others = null;
    for (Named rule : headers) {
      if (rule.name.equalsIgnoreCase(name)) {
        return rule.action;
      }
      others = rule.name.equals(Rule.ANY) && others == null ? rule.action : others;
    }
    return others;
  }

  /** A value by a rule; null if it is removed, or no text that could be examined. */
  private byte @Nullable [] redacted(TextAction action, byte[] value) {
    if (action.removes()) {
      action.note();
      return null;
    }
    if (!action.keeps()) {
      return action.apply(value, 0, value.length);
    }
    if (patterns.isEmpty()) {
      return value;
    }
    try {
      String text = UTF_8.newDecoder().decode(ByteBuffer.wrap(value)).toString();
      String result = patterns.apply(text, false);
      return result.equals(text) ? value : result.getBytes(UTF_8);
    } catch (CharacterCodingException e) {
      return null;
    }
  }
}
