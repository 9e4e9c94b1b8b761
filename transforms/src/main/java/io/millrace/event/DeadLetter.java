package io.millrace.event;

/**
 * A record that could not become a row, with everything needed to diagnose, fix and replay it.
 *
 * @param origin the record with its original bytes
 * @param code the reason
 * @param message the details in one line; never contains a value of the event
 * @param stage the step that rejected the record
 * @param contract the contract's name
 * @param contractVersion the contract's version
 * @param consumer the pipeline that read the record
 * @param firstSeenMillis when the record first became a dead letter, milliseconds since the epoch,
 *     UTC
 * @param attempt starts at 1 and increases by 1 with each replay
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
