package io.millrace.decode;

import io.millrace.contract.Contract;
import io.millrace.contract.RecordFormat;
import io.millrace.contract.RecordFormats;
import io.millrace.event.Clock;
import io.millrace.event.Event;
import io.millrace.event.SourceRecord;
import java.util.List;

/**
 * Decodes records of one format into events, by a contract. This is the seam for formats: whoever
 * reads records knows this interface only, and the contract's {@code format} picks what is behind
 * it.
 *
 * <p>A record holds one event, many, or none; its elements may be nested in any way. Nothing is
 * coerced, rounded or lost: an element is a valid event, every field of it of the declared type, or
 * it is dead with a code that says why.
 *
 * <p>A decoder is compiled once and used for record after record. Not thread-safe: one for each
 * DoFn instance.
 */
public interface RecordDecoder {
  /**
   * Takes one record apart and hands over each of its elements, in their order.
   *
   * @return how many elements the record holds, events and dead ones
   * @throws DecodeException if the record cannot be taken apart: all of it is one dead event, and
   *     nothing of it was handed over. The decoder can go on with the next record.
   */
  int decode(SourceRecord record, Receiver receiver) throws DecodeException;

  /**
   * Takes the elements of a record while it is decoded. An element's number is the number of the
   * elements before it in its record, dead ones and all levels of nesting included. It follows from
   * the record's bytes and the contract alone.
   */
  interface Receiver {
    /**
     * A valid event.
     *
     * @param event its row holds the element's values and the time of decoding, {@link
     *     Contract#LATE_BY_MS} is null; its origin is the record, or this element of a record that
     *     holds many ({@link SourceRecord#element}), whose number of elements need not be right yet
     */
    void event(Event event);

    /**
     * An element that is no valid event; its neighbours are not affected.
     *
     * @param element this element alone, like the origin of an event
     */
    void dead(DecodeException reason, SourceRecord element);
  }

  /** A format that this program can decode: what a format's {@link RecordFormat} has to be. */
  interface Factory extends RecordFormat {
    /**
     * Prepares decoding by a contract that names this format.
     *
     * @param clock gives the {@link Contract#INGESTION_TIME} of each event
     */
    RecordDecoder compile(Contract contract, Clock clock);

    /**
     * Checks before a run what decoding depends on beside the contract. Changes nothing.
     *
     * @param topics the topics that the run reads, as far as their names are known
     */
    default FormatCheck check(Contract contract, List<String> topics) {
      return FormatCheck.NONE;
    }
  }

  /** See {@link Factory#check}. */
  static FormatCheck check(Contract contract, List<String> topics) {
    return RecordFormats.named(contract.format()).orElse(null) instanceof Factory format
        ? format.check(contract.decoded(), topics)
        : FormatCheck.NONE;
  }

  /**
   * Prepares decoding by a contract, in the contract's format and compression; see {@link
   * Factory#compile}. The events have the fields of {@link Contract#decoded()}.
   */
  static RecordDecoder compile(Contract contract, Clock clock) {
    if (RecordFormats.named(contract.format()).orElse(null) instanceof Factory format) {
      Contract decoded = contract.decoded();
      return DecompressingDecoder.of(decoded, format.compile(decoded, clock));
    }
    throw new IllegalStateException(
        "no decoder for format " + contract.format() + " on the class path");
  }
}
