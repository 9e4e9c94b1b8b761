package io.millrace.decode.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.millrace.contract.Contract;
import io.millrace.contract.UnknownFields;
import io.millrace.decode.DecodeException;
import io.millrace.decode.EventAssembler;
import io.millrace.decode.RecordDecoder;
import io.millrace.decode.Utf8Validator;
import io.millrace.event.Clock;
import io.millrace.event.DeadLetterCode;
import io.millrace.event.Event;
import io.millrace.event.SourceRecord;
import java.io.IOException;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Decodes records that hold one JSON object, which is the event, and the elements of records that
 * hold many. What the contract does not declare is kept in its column for unknown fields. One pass
 * over the bytes of a valid event; a second one, by Jackson, over what is invalid or rare.
 */
public final class JsonDecoder implements RecordDecoder {
  private final int maxBytes;
  private final RecordPlan plan;
  private final EventAssembler events;
  private final Utf8Validator utf8 = new Utf8Validator();
  private final JsonInput in;
  private final UnknownFieldCollector unknown;
  private final ObjectReader objects;

  private final boolean alwaysCareful;

  JsonDecoder(Contract contract, Clock clock) {
    this(contract, clock, false);
  }

  /** A decoder that perhaps reads every event with Jackson, for tests that compare. */
  JsonDecoder(Contract contract, Clock clock, boolean alwaysCareful) {
    this.alwaysCareful = alwaysCareful;
    this.maxBytes = contract.limits().maxBytes();
    this.events = new EventAssembler(contract, clock);
    this.plan = RecordPlan.compile(contract.fields(), events.schema(), true);
    this.in = new JsonInput(contract.limits().maxDepth());
    this.unknown =
        contract.unknownFields().form() == UnknownFields.Form.JSON
            ? new UnknownAsJson()
            : new UnknownFieldCollector.AsMap();
    this.objects = new ObjectReader(in, unknown);
  }

  @Override
  public int decode(SourceRecord record, Receiver receiver) throws DecodeException {
    receiver.event(decode(record));
    return 1;
  }

  /**
   * Decodes a record to the one event that it holds.
   *
   * @throws DecodeException if it holds none; the decoder can go on with the next record
   */
  public Event decode(SourceRecord record) throws DecodeException {
    return decode(record, Surroundings.NONE);
  }

  /** The same for one element of a record, with what is declared of the objects around it. */
  Event decode(SourceRecord record, Surroundings.Values around) throws DecodeException {
    byte[] bytes = record.value();
    if (bytes == null) {
      throw new DecodeException(DeadLetterCode.TOMBSTONE, "expected an event, found a null body");
    }
    @Nullable Object[] values = quick(bytes, around);
    if (values == null) {
      values = careful(bytes, around);
    }
    return events.event(values, around.withUnknown(unknown.result()), record);
  }

  /** The values of a valid event; null for any other, whose failure {@link #careful} finds. */
  private @Nullable Object @Nullable [] quick(byte[] bytes, Surroundings.Values around) {
    int brace = alwaysCareful ? -1 : JsonFraming.quickOpeningBrace(bytes, maxBytes);
    if (brace < 0) {
      return null;
    }
    @Nullable Object[] values = around.copyOrElse(events);
    objects.clear();
    try {
      in.openQuick(bytes, brace);
      objects.read(plan.top(), values);
      JsonFraming.checkEnd(bytes, in.position());
      return values;
    } catch (DecodeException | QuickTokens.Unusual e) {
      return null;
    } catch (IOException e) {
      throw new IllegalStateException("reading bytes does no IO", e);
    } finally {
      in.close();
    }
  }

  /** The values of an event, with Jackson. */
  private @Nullable Object[] careful(byte[] bytes, Surroundings.Values around)
      throws DecodeException {
    int brace = JsonFraming.openingBrace(bytes, maxBytes, utf8);
    @Nullable Object[] values = around.copyOrElse(events);
    objects.clear();
    try {
      in.open(bytes, brace, utf8.loneSurrogates());
      objects.read(plan.top(), values);
      JsonFraming.checkEnd(bytes, in.position());
    } catch (JsonProcessingException e) {
      throw SyntaxErrors.of(e, bytes, brace, in.inArray());
    } catch (IOException e) {
      throw new IllegalStateException("reading bytes does no IO", e);
    } finally {
      in.close();
    }
    return values;
  }
}
