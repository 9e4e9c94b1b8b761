package io.millrace.decode.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.contract.Contract;
import io.millrace.decode.DecodeException;
import io.millrace.decode.RecordDecoder;
import io.millrace.event.DeadLetterFactory;
import io.millrace.event.Event;
import io.millrace.event.EventCoder;
import io.millrace.event.SourceRecord;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A contract's decoder, and what must hold for any bytes: each element of a record is an event that
 * can be sent between workers or a dead letter with one line of reason, in the order of their
 * numbers, or the record is dead as a whole and nothing of it was handed over. The same bytes have
 * the same outcome again. Anything else that is thrown is a bug. Not thread-safe.
 */
final class FuzzTarget {
  /** The source's and the worker's clock: 2026-03-01T12:00:00Z. */
  private static final long TIME = 1_772_366_400_000L;

  /** No input is large, so none may take this long, even on a busy machine. */
  private static final long SLOW_NANOS = 10_000_000_000L;

  private static final int CHECK_EVERY = 16;

  final String name;
  final List<byte[]> seeds;
  private final RecordDecoder decoder;
  private final EventCoder coder;
  private final DeadLetterFactory letters;
  private long inputs;
  private long events;
  private long dead;
  private long whole;

  FuzzTarget(String name, Contract contract, List<byte[]> seeds) {
    this.name = name;
    this.seeds = seeds;
    this.decoder = RecordDecoder.compile(contract, () -> TIME);
    this.coder = EventCoder.of(contract.schema());
    this.letters = DeadLetterFactory.of(contract, "fuzz", () -> TIME);
  }

  /** Decodes one input and checks its outcome. */
  void run(byte[] input) {
    inputs++;
    long start = System.nanoTime();
    Found found = decode(input);
    assertTrue(System.nanoTime() - start < SLOW_NANOS, "slow input");
    events += found.events.size();
    dead += found.reasons.size();
    whole += found.whole == null ? 0 : 1;
    if (inputs % CHECK_EVERY == 0) {
      for (Event event : found.events) {
        assertEquals(event, copy(event));
      }
      assertEquals(found.summary(), decode(input).summary());
    }
  }

  /** How many events, dead elements and dead records there were. */
  String outcomes() {
    return "%s: %d inputs, %d events, %d dead elements, %d dead records"
        .formatted(name, inputs, events, dead, whole);
  }

  /** Whether inputs were both accepted and rejected, so that the fuzz reaches what it is for. */
  boolean reachesBoth() {
    return events > 0 && dead + whole > 0;
  }

  private Found decode(byte[] input) {
    Found found = new Found();
    try {
      int count =
          decoder.decode(new SourceRecord("t", 0, 7, null, input, List.of(), TIME, TIME), found);
      assertEquals(count, found.next, "number of elements");
    } catch (DecodeException e) {
      assertEquals(0, found.next, "elements of a record that is dead as a whole");
      found.whole = reason(e);
    }
    return found;
  }

  private static String reason(DecodeException e) {
    assertTrue(e.getMessage().lines().count() == 1, "one line: " + e.getMessage());
    return e.code().label() + " " + e.getMessage();
  }

  private Event copy(Event event) {
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      coder.encode(event, bytes);
      return coder.decode(new ByteArrayInputStream(bytes.toByteArray()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private final class Found implements RecordDecoder.Receiver {
    private final List<Event> events = new ArrayList<>();
    private final List<String> reasons = new ArrayList<>();
    private String whole;
    private int next;

    @Override
    public void event(Event event) {
      assertEquals(next++, event.origin().elementNumber(), "number of an element");
      events.add(event);
    }

    @Override
    public void dead(DecodeException reason, SourceRecord element) {
      assertEquals(next++, element.elementNumber(), "number of an element");
      reasons.add(reason(reason));
      assertTrue(
          letters.create(element, reason.code(), reason.getMessage(), "decode").message().length()
              > 0);
    }

    List<Object> summary() {
      List<Object> summary = new ArrayList<>(reasons);
      for (Event event : events) {
        summary.add(event.row());
        summary.add(event.identityLow());
      }
      if (whole != null) {
        summary.add(whole);
      }
      return summary;
    }
  }
}
