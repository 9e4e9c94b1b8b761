package io.millrace.redact;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.contract.Contract;
import io.millrace.contract.FieldDefinition;
import io.millrace.contract.FieldType;
import io.millrace.contract.Redaction;
import io.millrace.decode.DecodeException;
import io.millrace.decode.registry.Secrets;
import io.millrace.event.Event;
import io.millrace.event.RowValues;
import io.millrace.event.SourceRecord;
import io.millrace.event.SourceRecord.Header;
import io.millrace.event.Utf8Slice;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.beam.sdk.schemas.Schema;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Applies the redaction rules of a contract to events and to dead letters: to the row, and to the
 * bytes, key and headers that stay with it. The identity and the event time stay as they were
 * decoded, because they are computed before.
 *
 * <p>Bytes of JSON are rewritten, and the texts of the row then refer to them. Of other formats, of
 * compressed records, and of what cannot be taken apart, the contract's {@code dead_letters} says
 * what is kept; a contract with rules may keep as they came only bytes that cannot be taken apart.
 *
 * <p>Cost: one pass over the bytes, two to three microseconds for an event of 1.1 KB and three
 * rules about fields or paths ({@code RedactionSpeedTest}); patterns and hashes cost more. Reads
 * the secrets when it is created. Not thread-safe.
 */
public final class EventRedactor {
  private static final byte[] DROPPED = "dropped".getBytes(UTF_8);
  private static final byte[] NOTHING = {};

  private final RedactionPlan plan;
  private final Redaction redaction;
  private final Schema schema;
  private final boolean rewrites;
  private final boolean hasRules;
  private final FieldDefinition[] fields;
  private final boolean[] redacted;
  private final @Nullable PathNode[] places;

  /**
   * How many of the fields stand in the bytes; those behind them may only refer to other fields.
   */
  private final int decodedFields;

  private final int unknownFields;
  private final JsonEditor editor;
  private final ValueRedactor values;
  private final UndeclaredValues undeclared;
  private final MessageWords words;
  private final @Nullable SealedBytes sealed;

  private EventRedactor(Contract contract, RedactionPlan plan, @Nullable SealedBytes sealed) {
    this.plan = plan;
    this.redaction = contract.redaction();
    this.schema = contract.schema();
    this.hasRules = !redaction.rules().isEmpty();
    this.rewrites = hasRules && contract.format().equals(Redaction.REWRITTEN_FORMAT);
    this.fields = contract.fields().toArray(FieldDefinition[]::new);
    this.places = new @Nullable PathNode[fields.length];
    this.decodedFields = contract.decodedFields();
    this.redacted = new boolean[fields.length];
    for (int i = 0; i < fields.length; i++) {
      places[i] = plan.place(fields[i]);
      redacted[i] = isRedacted(fields[i], places[i], plan.patterns());
    }
    this.unknownFields = contract.unknownFieldsIndex();
    this.editor = new JsonEditor(plan.patterns());
    this.values = new ValueRedactor(plan.patterns());
    this.undeclared = new UndeclaredValues(plan, values);
    this.words = new MessageWords(contract);
    this.sealed = sealed;
  }

  private static boolean isRedacted(
      FieldDefinition field, @Nullable PathNode place, TextPatterns patterns) {
    boolean ruled = place != null && (place.action() != null || place.below() != null);
    return ruled
        || (!patterns.isEmpty()
            && switch (field.type()) {
              case STRING, TEXT, JSON, MAP, ARRAY, RECORD -> true;
              default -> false;
            });
  }

  /**
   * The redactor of a contract; null if nothing is redacted.
   *
   * @throws IllegalArgumentException if a secret cannot be read; the message names the reference
   */
  public static @Nullable EventRedactor of(Contract contract) {
    return of(contract, reference -> Secrets.resolver().resolve(reference));
  }

  /** The same with secrets that need not exist, which are the same everywhere, for tests. */
  public static @Nullable EventRedactor withTestSecrets(Contract contract) {
    return of(contract, "test secret "::concat);
  }

  private static @Nullable EventRedactor of(Contract contract, UnaryOperator<String> resolver) {
    Redaction redaction = contract.redaction();
    if (redaction.isNone()) {
      return null;
    }
    RedactionSecrets secrets = new RedactionSecrets(resolver);
    String key = redaction.bytesKey();
    return new EventRedactor(
        contract,
        RedactionPlan.of(contract, secrets),
        key == null ? null : SealedBytes.with(secrets.read(key)));
  }

  /** The secrets of a contract that cannot be read, one line each, of which the first is found. */
  public static List<String> problems(Contract contract) {
    try {
      EventRedactor unused = of(contract);
      return List.of();
    } catch (IllegalArgumentException e) {
      return List.of("redact: " + e.getMessage());
    }
  }

  /** The event with a redacted row and redacted bytes. */
  public Event redact(Event event) {
    SourceRecord origin = event.origin();
    byte[] before = origin.value();
    JsonEdits edits = rewrites && before != null ? edits(before) : null;
    byte[] after =
        edits == null || edits.count() == 0 ? before : edits.apply(before, 0, before.length);
    SourceRecord kept = edits == null ? kept(origin) : withBytes(origin, after);
    return hasRules
        ? event.withValues(values(event.values(), before, after, edits)).withOrigin(kept)
        : event.withOrigin(kept);
  }

  private RowValues values(
      RowValues row, byte @Nullable [] before, byte @Nullable [] after, @Nullable JsonEdits edits) {
    @Nullable Object[] all = row.copy();
    for (int i = 0; i < fields.length; i++) {
      Object value = all[i];
      if (value == null) {
        continue;
      }
      PathNode place = places[i];
      TextAction action = place == null ? null : place.action();
      if (edits != null
          && i < decodedFields
          && value instanceof Utf8Slice slice
          && slice.bytes() == before
          && (action == null || !action.removes())) {
        all[i] = after == before ? slice : moved(i, slice, after, edits);
      } else if (redacted[i]) {
        Object result = values.redact(fields[i], value, place);
        all[i] = result == null ? ValueRedactor.absent(fields[i]) : result;
      }
    }
    Object others = all[unknownFields];
    if (others != null && !"".equals(others)) {
      all[unknownFields] = undeclared.column(others);
    }
    return RowValues.attach(schema, all);
  }

  /** The text of a field where the rewritten bytes have it. */
  private @Nullable Object moved(int field, Utf8Slice slice, byte[] after, JsonEdits edits) {
    int from = edits.moved(slice.from());
    int to = edits.moved(slice.from() + slice.length());
    if (from < 0 || to < from) {
      Object result = values.redact(fields[field], slice, places[field]);
      return result == null ? ValueRedactor.absent(fields[field]) : result;
    }
    boolean quotesAreNew =
        fields[field].type() == FieldType.TEXT
            && to > from
            && after[from] == '"'
            && slice.bytes()[slice.from()] != '"';
    if (!quotesAreNew) {
      return new Utf8Slice(after, from, to - from);
    }
    return new Utf8Slice(after, from + 1, to - from - 2);
  }

  /** The replacements in bytes of JSON; null if they are no JSON object. */
  private @Nullable JsonEdits edits(byte[] json) {
    try {
      return JsonForm.startsObject(json) ? editor.edit(json, 0, json.length, plan.event()) : null;
    } catch (DecodeException e) {
      return null;
    }
  }

  /** What is kept of a record that is no valid event. */
  public SourceRecord redactDead(SourceRecord origin) {
    byte[] before = origin.value();
    boolean isElement = !plan.holdsMany() || !origin.isWhole() || origin.isReplayedElement();
    if (!rewrites || before == null || !isElement || !JsonForm.isObject(before)) {
      return kept(origin);
    }
    JsonEdits edits = edits(before);
    return edits == null
        ? kept(origin)
        : withBytes(origin, edits.count() == 0 ? before : edits.apply(before, 0, before.length));
  }

  /** A dead letter's message without keys that only the event has. */
  public String redactMessage(String message) {
    return plan.patterns().apply(words.clean(message), false);
  }

  /** The record as it was, if it is a dead letter whose bytes this contract has encrypted. */
  public SourceRecord opened(SourceRecord record) {
    SealedBytes key = sealed;
    if (key == null || record.headers().isEmpty() || !SealedBytes.isSealed(record)) {
      return record;
    }
    try {
      return key.open(record);
    } catch (IllegalArgumentException e) {
      // Encrypted with an earlier secret: it stays the dead letter that it is.
      return record;
    }
  }

  /**
   * The record whose encrypted bytes a dead letter keeps.
   *
   * @throws IllegalArgumentException if the contract has no key, or another one
   */
  public SourceRecord open(SourceRecord letter) {
    SealedBytes key = sealed;
    if (key == null) {
      throw new IllegalArgumentException(
          "the bytes are encrypted; expected dead_letters: {bytes: encrypt, key: …} in the contract");
    }
    return key.open(letter);
  }

  private SourceRecord withBytes(SourceRecord origin, byte @Nullable [] bytes) {
    return origin.withContent(
        plan.headers().key(origin.key()),
        bytes,
        plan.headers().headers(origin.headers(), undeclared::around));
  }

  private SourceRecord kept(SourceRecord origin) {
    SealedBytes key = sealed;
    if (origin.value() == null) {
      return withBytes(origin, null);
    } else if (redaction.bytes() == Redaction.Bytes.KEEP) {
      return withBytes(origin, origin.value());
    } else if (key != null) {
      return key.seal(origin);
    }
    List<Header> headers = new ArrayList<>(KeptHeaders.own(origin.headers()));
    headers.removeIf(header -> header.name().equals(SealedBytes.HEADER));
    headers.add(new Header(SealedBytes.HEADER, DROPPED));
    return origin.withContent(null, NOTHING, List.copyOf(headers));
  }

  /** Forgets which rules were applied. */
  public void clearApplied() {
    plan.clearApplied();
  }

  /** The rules that were applied since {@link #clearApplied}, in a few words each. */
  public List<String> applied() {
    return plan.applied();
  }
}
