package io.millrace.event;

/**
 * A record that could not become a row, with all that is needed to understand, mend and replay it.
 *
 * @param origin the record, its bytes untouched
 * @param code why
 * @param message what exactly, in one line; never holds a value of the event
 * @param stage the step that gave up
 * @param contract the contract's name
 * @param contractVersion the contract's version
 * @param consumer the pipeline that read the record
 * @param firstSeenMillis when it first became a dead letter, milliseconds since the epoch, UTC
 * @param attempt 1 at first; one more with each replay
 */
public record DeadLetter(
    SourceRecord origin,
    DeadLetterCode code,
    String message,
    String stage,
    String contract,
    int contractVersion,
    String consumer,
    long firstSeenMillis,
    int attempt) {}
