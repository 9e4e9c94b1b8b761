package io.millrace.event;

import io.millrace.contract.Contract;
import io.millrace.event.SourceRecord.Header;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Creates the dead letters of one pipeline. The headers {@link #ATTEMPT_HEADER} and {@link
 * #FIRST_SEEN_HEADER} of a replayed record hold its history.
 */
public final class DeadLetterFactory implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Header of a replayed record: the attempt, a decimal number. */
  public static final String ATTEMPT_HEADER = "millrace-attempt";

  /** Header of a replayed record: milliseconds since the epoch, UTC, a decimal number. */
  public static final String FIRST_SEEN_HEADER = "millrace-first-seen";

  /**
   * Header of a replayed record: where it was when it first became a dead letter, as {@link
   * SourceRecord#toString}.
   */
  public static final String FIRST_PLACE_HEADER = "millrace-first-place";

  /** Header of a dead letter that is one element of its record: the number of the element. */
  public static final String ELEMENT_HEADER = "millrace-dead-letter-element";

  /** Header of an element: what is around it in its record, for formats that need it. */
  public static final String SURROUNDING_HEADER = "millrace-surrounding";

  /** Header of an element whose record was compressed, while its own bytes are not: by what. */
  public static final String DECOMPRESSED_HEADER = "millrace-decompressed";

  /**
   * Header of a record that is replayed at its original place: the numbers of its events, separated
   * by commas, whose identities other records have, see {@link #isReplayedDuplicate}.
   */
  public static final String DUPLICATES_HEADER = "millrace-replay-duplicates";

  private static final int MAX_MESSAGE_CHARS = 1000;

  private final String contract;
  private final int version;
  private final String consumer;
  private final Clock clock;

  private DeadLetterFactory(String contract, int version, String consumer, Clock clock) {
    this.contract = contract;
    this.version = version;
    this.consumer = consumer;
    this.clock = clock;
  }

  /** A factory for the dead letters of a contract in the named pipeline. */
  public static DeadLetterFactory of(Contract contract, String consumer, Clock clock) {
    return new DeadLetterFactory(contract.name(), contract.version(), consumer, clock);
  }

  /** Creates the dead letter of a record that a stage rejected, and counts it by its code. */
  public DeadLetter create(SourceRecord origin, DeadLetterCode code, String message, String stage) {
    PipelineMetrics.counter(PipelineMetrics.DEAD_WITH + code.label()).inc();
    long attempt = number(origin.headers(), ATTEMPT_HEADER, 1);
    return new DeadLetter(
        origin,
        code,
        message.length() > MAX_MESSAGE_CHARS ? message.substring(0, MAX_MESSAGE_CHARS) : message,
        stage,
        contract,
        version,
        consumer,
        number(origin.headers(), FIRST_SEEN_HEADER, clock.millis()),
        (int) Math.min(Math.max(attempt, 1), Integer.MAX_VALUE));
  }

  /**
   * Whether an event of a replayed dead letter is a duplicate of one that another record holds. A
   * replay has no state of earlier runs, so it looks the identity up before.
   *
   * @param origin the event's record or element
   */
  public static boolean isReplayedDuplicate(SourceRecord origin) {
    Header header = origin.header(DUPLICATES_HEADER);
    if (header == null) {
      return false;
    }
    String numbers = new String(header.storedValue(), StandardCharsets.US_ASCII);
    return ("," + numbers + ",").contains("," + origin.elementNumber() + ",");
  }

  private static long number(List<Header> headers, String name, long fallback) {
    for (Header header : headers) {
      if (header.name().equals(name)) {
        try {
          return Long.parseLong(new String(header.storedValue(), StandardCharsets.US_ASCII));
        } catch (NumberFormatException e) {
          return fallback;
        }
      }
    }
    return fallback;
  }
}
