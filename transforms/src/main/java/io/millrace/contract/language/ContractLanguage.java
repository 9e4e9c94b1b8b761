package io.millrace.contract.language;

import static io.millrace.contract.language.Shape.MappingKey.optional;
import static io.millrace.contract.language.Shape.MappingKey.required;

import io.millrace.contract.Compression;
import io.millrace.contract.FieldType;
import io.millrace.contract.FilterRule;
import io.millrace.contract.Measure;
import io.millrace.contract.RecordFormat;
import io.millrace.contract.RecordFormats;
import io.millrace.contract.TimeFormat;
import io.millrace.contract.UnknownFields;
import io.millrace.contract.language.Shape.Anything;
import io.millrace.contract.language.Shape.Bool;
import io.millrace.contract.language.Shape.DurationText;
import io.millrace.contract.language.Shape.Either;
import io.millrace.contract.language.Shape.EnumNumbers;
import io.millrace.contract.language.Shape.InstantText;
import io.millrace.contract.language.Shape.ListOf;
import io.millrace.contract.language.Shape.Mapping;
import io.millrace.contract.language.Shape.MappingKey;
import io.millrace.contract.language.Shape.Name;
import io.millrace.contract.language.Shape.Named;
import io.millrace.contract.language.Shape.Null;
import io.millrace.contract.language.Shape.OneOf;
import io.millrace.contract.language.Shape.Ref;
import io.millrace.contract.language.Shape.Scalar;
import io.millrace.contract.language.Shape.Text;
import io.millrace.contract.language.Shape.Variants;
import io.millrace.contract.language.Shape.WholeNumber;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * All keys of a contract file, with what each may hold. The loader checks keys, ranges and names of
 * constants by this table, and {@link LanguageSchema} makes the JSON Schema for editors of it. What
 * one key says about another is not part of it: only the loader checks that.
 */
public final class ContractLanguage {
  /** The name of a table or column. */
  public static final String NAME = "[a-zA-Z_][a-zA-Z_0-9]*";

  /** The key of a format or measure that decides its other keys. */
  private static final String TYPE = "type";

  private static final Shape TEXT = new Text();
  private static final Shape TEXTS = new ListOf(TEXT, 0);
  private static final Shape BOOL = new Bool();
  private static final Shape DURATION = new DurationText();
  private static final Shape TIME_FORMAT = OneOf.of(TimeFormat.values());
  private static final Shape PRECISION = new WholeNumber(1, Measure.MAX_DECIMAL_DIGITS);
  private static final Shape SCALE = new WholeNumber(0, Measure.MAX_DECIMAL_DIGITS);
  private static final String OF_PRECISION =
      "Of a decimal, all digits; of a timestamp, the fractional digits of its column: 3, 6 or 9";
  private static final String OF_SCALE = "Of a decimal, the digits after the decimal point";
  private static final String OF_VALUES =
      "Of an enum, its names, with or without numbers; of a map, the type of its values";
  private static final String OF_TTL = "How long a row is kept; by default indefinitely";
  private static final String OF_NAME = "The name of the table";

  /** Shapes that are used more than once, by their names. */
  public static final Map<String, Shape> DEFINITIONS = definitions();

  /** A contract. */
  public static final Mapping CONTRACT =
      new Mapping(
          required("contract", TEXT, "The contract's name, which also names its tables"),
          optional("version", new WholeNumber(1, Integer.MAX_VALUE), "Increases with each change"),
          optional("description", TEXT, "What the events are"),
          optional("format", format(), "The format of a record; by default json"),
          optional("compression", OneOf.of(Compression.values()), "How producers compress values"),
          optional("limits", limits(), "An event beyond these limits is a dead letter"),
          required("fields", new Named(new Ref("field"), 1), "The columns and where they are"),
          required("identity", TEXTS, "The fields that make two events the same"),
          required("event_time", eventTime(), "When an event happened, and when it is late"),
          optional("error", conditionOrText(), "Which events report an application error"),
          optional(
              "filter",
              new Named(new Either(TEXT, filter()), 1),
              "The rules that turn events away, by name"),
          optional("lookups", AddedColumns.lookups(), "Columns that are looked up, by look-up"),
          optional("derive", AddedColumns.derive(), "More columns, by name, computed of others"),
          optional("redact", new ListOf(RedactionLanguage.rule(), 1), "What is redacted, and how"),
          optional("dead_letters", RedactionLanguage.deadLetters(), "What dead letters keep"),
          optional("unknown_fields", unknownFields(), "The column of fields without declaration"),
          optional("tables", tables(), "The tables; each key has a default"),
          optional(
              "rollups", new Named(new Ref("rollup"), 0), "Tables of measures by windows of time"),
          optional(
              "alerts",
              new Named(AlertLanguage.alert(), 0),
              "Alerts on roll-ups and on health, by name"),
          optional(
              "records",
              new Either(TEXT, records()),
              "The records it describes, by topic or by an expression in CEL; by default all"),
          optional("events", events(), "How a record holds many events; by default it is one"));

  private ContractLanguage() {}

  static Shape definition(Ref ref) {
    Shape shape = DEFINITIONS.get(ref.name());
    if (shape == null) {
      throw new IllegalStateException("no definition " + ref.name());
    }
    return shape;
  }

  private static Map<String, Shape> definitions() {
    Map<String, Shape> all = new LinkedHashMap<>();
    all.put("field", field());
    all.put("element", element());
    all.put("values", values());
    all.put("path", new Either(TEXT, new ListOf(TEXT, 1)));
    all.put("condition", condition());
    all.put("table", table());
    all.put(
        "fixed_table",
        new Mapping(optional("name", new Name(), OF_NAME), optional("ttl", DURATION, OF_TTL)));
    all.put("rollup", rollup());
    all.put("measure", measure());
    return Collections.unmodifiableMap(all);
  }

  private static Mapping field() {
    return new Mapping(
        optional("path", new Ref("path"), "The keys to the value; by default the field's name"),
        required("type", OneOf.of(FieldType.values()), "The type of the value"),
        optional("required", BOOL, "Whether an event without a value is a dead letter"),
        optional("default", new Anything(), "The value of an absent field"),
        optional("format", TIME_FORMAT, "How a timestamp is sent; by default iso8601"),
        optional("precision", PRECISION, OF_PRECISION),
        optional("scale", SCALE, OF_SCALE),
        optional("items", new Ref("element"), "The elements of an array"),
        optional("values", new Ref("values"), OF_VALUES),
        optional("fields", new Named(new Ref("field"), 1), "The fields of a record"),
        optional("low_cardinality", BOOL, "Few distinct values: the column has a dictionary"),
        optional("store_as", OneOf.of(FieldType.TEXT, FieldType.JSON), "How json is stored"),
        optional("lenient", BOOL, "Whether other spellings of a value are accepted"),
        optional("on_invalid", new Null(), "null: an invalid value counts as absent"));
  }

  private static Mapping element() {
    return new Mapping(
        required("type", OneOf.of(FieldType.values()), "The type of each element"),
        optional("format", TIME_FORMAT, "How a timestamp is sent; by default iso8601"),
        optional("precision", PRECISION, OF_PRECISION),
        optional("scale", SCALE, OF_SCALE),
        optional("items", new Ref("element"), "The elements of an array in an array"),
        optional("values", new Ref("values"), OF_VALUES),
        optional("fields", new Named(new Ref("field"), 1), "The fields of a record"),
        optional("lenient", BOOL, "Whether other spellings of a value are accepted"));
  }

  private static Either values() {
    return new Either(
        new ListOf(TEXT, 1),
        OneOf.of(FieldType.values()),
        new Mapping(
            required("type", OneOf.of(FieldType.values()), "The type of each value of a map"),
            optional("format", TIME_FORMAT, "How a timestamp is sent; by default iso8601"),
            optional("precision", PRECISION, OF_PRECISION),
            optional("scale", SCALE, OF_SCALE),
            optional("values", new Ref("values"), OF_VALUES),
            optional("lenient", BOOL, "Whether other spellings of a value are accepted")),
        new EnumNumbers());
  }

  private static Mapping condition() {
    return new Mapping(
            optional("field", TEXT, "The field that is tested"),
            optional("is", new OneOf(List.of("present", "absent")), "Whether it has a value"),
            optional("in", new ListOf(TEXT, 1), "The texts of which it is one"),
            optional("when", TEXT, "An expression in CEL over the fields"))
        .withExactlyOne("is", "in", "when");
  }

  /** A condition; a text is an expression. */
  private static Either conditionOrText() {
    return new Either(TEXT, new Ref("condition"));
  }

  private static Mapping filter() {
    return new Mapping(
        optional("when", TEXT, "The events that the rule is about, in CEL; by default all"),
        optional(
            "keep",
            new Shape.DecimalNumber(BigDecimal.ZERO, BigDecimal.ONE),
            "The share of these events that stays, less than 1; by default none"),
        optional(
            "on_error",
            new Either(new Null(), OneOf.of(FilterRule.OnError.values())),
            "What becomes of an event on which the expression fails; by default null"));
  }

  private static Mapping table() {
    return new Mapping(
        optional("name", new Name(), OF_NAME),
        optional("columns", TEXTS, "Its columns; by default all"),
        optional("order_by", TEXTS, "Fields of the identity that queries filter on"),
        optional("ttl", DURATION, OF_TTL));
  }

  private static Mapping rollup() {
    return new Mapping(
        required("window", window(), "The windows of event time"),
        optional("group_by", TEXTS, "The fields whose values form a group"),
        optional(
            "where",
            new Either(TEXT, new Ref("condition"), new ListOf(conditionOrText(), 1)),
            "The conditions that an event must meet"),
        required("measures", new Named(new Ref("measure"), 0), "The columns and what they measure"),
        optional("early", DURATION, "How often an open window has a result"),
        optional("ttl", DURATION, OF_TTL));
  }

  private static Mapping window() {
    return new Mapping(
            optional("fixed", DURATION, "Windows of this length, one after the other"),
            optional("sliding", DURATION, "Windows of this length that overlap"),
            optional("every", DURATION, "The time between the starts of sliding windows"),
            optional("session", DURATION, "Windows that end after this time without events"))
        .withExactlyOne("fixed", "sliding", "session");
  }

  private static Variants measure() {
    MappingKey field = required("field", TEXT, "The field that is measured");
    Map<String, Mapping> kinds = new LinkedHashMap<>();
    for (Measure.Kind kind : Measure.Kind.values()) {
      MappingKey type = required(TYPE, OneOf.of(Measure.Kind.values()), "What is computed");
      kinds.put(
          kind.contractName(),
          switch (kind) {
            case COUNT, ERROR_RATE -> new Mapping(type);
            case SUM, MEAN, MIN, MAX, DISTINCT -> new Mapping(type, field);
            case COUNT_IF -> {
              List<MappingKey> keys = new ArrayList<>(List.of(type));
              keys.addAll(condition().keys());
              yield new Mapping(keys, condition().exactlyOne());
            }
            case QUANTILES ->
                new Mapping(
                    type,
                    field,
                    required(
                        "at",
                        new ListOf(new Shape.DecimalNumber(BigDecimal.ZERO, BigDecimal.ONE), 1),
                        "The quantiles, between 0 and 1"));
          });
    }
    return new Variants(TYPE, Collections.unmodifiableMap(kinds));
  }

  private static Shape format() {
    Map<String, Mapping> formats = new LinkedHashMap<>();
    OneOf names = new OneOf(List.copyOf(RecordFormats.names()));
    for (String name : names.names()) {
      RecordFormat format = RecordFormats.named(name).orElseThrow();
      List<MappingKey> keys = new ArrayList<>();
      keys.add(required(TYPE, names, "The format of a record"));
      // A set of a format has no order.
      new TreeMap<>(format.options())
          .forEach(
              (option, texts) ->
                  keys.add(
                      optional(
                          option,
                          format.fileOptions().contains(option)
                              ? TEXT
                              : new Scalar(texts.stream().sorted().toList()),
                          "An option of the format " + name)));
      formats.put(name, new Mapping(keys, List.of()));
    }
    return new Either(names, new Variants(TYPE, Collections.unmodifiableMap(formats)));
  }

  private static Mapping limits() {
    return new Mapping(
        optional("max_bytes", new WholeNumber(2, 1 << 28), "The largest event; by default 1 MiB"),
        optional("max_depth", new WholeNumber(1, 900), "The deepest nesting; by default 64"),
        optional(
            "max_events",
            new WholeNumber(1, 10_000_000),
            "The most events in a record that holds many"),
        optional(
            "max_record_bytes", new WholeNumber(2, 1 << 30), "The largest record that holds many"));
  }

  private static Mapping eventTime() {
    return new Mapping(
        required("field", TEXT, "The required timestamp that is the event time"),
        optional(
            "out_of_orderness", DURATION, "How far the watermark stays behind; by default 10s"),
        optional(
            "allowed_lateness", DURATION, "How long after its bucket an event is accepted; 1h"),
        optional("bucket", DURATION, "The smallest window; by default 1m"),
        optional("max_ahead", DURATION, "How far ahead of its record an event may be"),
        optional("not_before", new InstantText(), "An earlier event is a dead letter"));
  }

  private static Mapping unknownFields() {
    return new Mapping(
        optional("column", new Name(), "The name of the column; by default extra"),
        optional(
            "as", OneOf.of(UnknownFields.Form.values()), "What the column holds; by default json"));
  }

  private static Mapping tables() {
    return new Mapping(
        optional("normal", new Ref("table"), "Accepted events"),
        optional("error", new Ref("table"), "Events that report an application error"),
        optional("late", new Ref("table"), "Events past the allowed lateness"),
        optional("dead_letters", new Ref("fixed_table"), "Records that are no valid events"),
        optional("audit", new Ref("fixed_table"), "How each record ended"),
        optional("alerts", new Ref("fixed_table"), "The changes of alerts"),
        optional("by", TEXT, "The field whose value picks the table of an accepted event"),
        optional(
            "routes",
            new Either(new ListOf(TEXT, 1), new Named(route(), 1)),
            "Values of `by` with tables of their own, or such tables by name"));
  }

  private static Mapping records() {
    return new Mapping(
        optional("topics", new Either(TEXT, TEXTS), "Names of topics, and patterns with * and ?"),
        optional("when", TEXT, "An expression in CEL over topic, key and headers"));
  }

  private static Mapping route() {
    List<MappingKey> keys = new ArrayList<>();
    keys.add(optional("values", TEXTS, "The values of `by` it holds; by default its name"));
    keys.add(optional("when", TEXT, "The events that it holds, in CEL"));
    keys.addAll(table().keys());
    return new Mapping(keys, List.of());
  }

  private static Shape events() {
    return new Either(
        new OneOf(List.of("lines")),
        new Mapping(
            required("path", new Ref("path"), "The array whose elements are events, or $")));
  }
}
