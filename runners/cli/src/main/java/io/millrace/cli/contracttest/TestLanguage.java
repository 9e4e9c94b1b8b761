package io.millrace.cli.contracttest;

import static io.millrace.contract.language.Shape.MappingKey.optional;
import static io.millrace.contract.language.Shape.MappingKey.required;

import io.millrace.contract.language.Shape;
import io.millrace.contract.language.Shape.Anything;
import io.millrace.contract.language.Shape.Bool;
import io.millrace.contract.language.Shape.InstantText;
import io.millrace.contract.language.Shape.ListOf;
import io.millrace.contract.language.Shape.Mapping;
import io.millrace.contract.language.Shape.Named;
import io.millrace.contract.language.Shape.OneOf;
import io.millrace.contract.language.Shape.Text;
import io.millrace.event.DeadLetterCode;
import io.millrace.event.Outcome;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** All keys of a test file, with what each may hold. */
final class TestLanguage {
  static final String CONTRACT = "contract";
  static final String RECORD_TIME = "record_time";
  static final String CASES = "cases";
  static final String NAME = "name";
  static final String WATERMARK = "watermark";
  static final String LOOKUPS = "lookups";
  static final String EVENTS = "events";
  static final String FILE = "file";
  static final String WHOLE = "whole";
  static final String EXPECT = "expect";
  static final String ROLLUPS = "rollups";
  static final String ALERTS = "alerts";
  static final String OUTCOME = "outcome";
  static final String CODE = "code";
  static final String RULE = "rule";
  static final String TABLE = "table";
  static final String EVENT_TIME = "event_time";
  static final String ROW = "row";

  /** What an event may end as, and {@link Outcome#NO_EVENT} for a record that holds none. */
  static final List<String> OUTCOMES =
      Stream.concat(
              Arrays.stream(Outcome.values()).map(Outcome::label), Stream.of(Outcome.NO_EVENT))
          .toList();

  static final List<String> CODES =
      Arrays.stream(DeadLetterCode.values()).map(DeadLetterCode::label).toList();

  private static final Shape TEXT = new Text();
  private static final Shape INSTANT = new InstantText();
  private static final Shape ROWS_BY_NAME =
      new Named(new ListOf(new Named(new Anything(), 1), 0), 1);
  private static final String OF_LOOKUPS =
      "The rows of look-ups; by default those of their sources";
  private static final String OF_RECORD_TIME = "When the records arrive; by default now";

  private static final Mapping EXPECTATION =
      new Mapping(
          required(OUTCOME, new OneOf(OUTCOMES), "What becomes of the event"),
          optional(CODE, new OneOf(CODES), "Of a dead event, the code"),
          optional(RULE, TEXT, "Of a filtered event, the rule's name"),
          optional(TABLE, TEXT, "The table that gets the row"),
          optional(EVENT_TIME, INSTANT, "When the event happened"),
          optional(ROW, new Named(new Anything(), 1), "Columns of the row and their values"));

  private static final Mapping CASE =
      new Mapping(
          required(NAME, TEXT, "What the case shows"),
          optional(RECORD_TIME, INSTANT, OF_RECORD_TIME),
          optional(WATERMARK, INSTANT, "The watermark when they arrive; by default none is late"),
          optional(LOOKUPS, ROWS_BY_NAME, OF_LOOKUPS),
          optional(EVENTS, new ListOf(new Anything(), 1), "The records"),
          optional(FILE, TEXT, "A file of records, one a line"),
          optional(WHOLE, new Bool(), "Whether the file is one record"),
          optional(EXPECT, new ListOf(EXPECTATION, 1), "What becomes of each event, in order"),
          optional(ROLLUPS, ROWS_BY_NAME, "The rows of roll-up tables"),
          optional(
              ALERTS,
              new ListOf(new Named(new Anything(), 1), 0),
              "The changes of alerts when the last window ends"));

  /** A test file. */
  static final Mapping TEST_FILE =
      new Mapping(
          optional(CONTRACT, TEXT, "The contract's file; by default NAME.yaml of NAME.test.yaml"),
          optional(RECORD_TIME, INSTANT, OF_RECORD_TIME),
          optional(LOOKUPS, ROWS_BY_NAME, OF_LOOKUPS),
          required(CASES, new ListOf(CASE, 1), "The cases"));

  private TestLanguage() {}
}
