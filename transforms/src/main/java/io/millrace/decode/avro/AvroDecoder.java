package io.millrace.decode.avro;

import io.millrace.contract.Contract;
import io.millrace.decode.DecodeException;
import io.millrace.decode.EventAssembler;
import io.millrace.decode.RecordDecoder;
import io.millrace.decode.binary.RowTarget;
import io.millrace.decode.registry.RegisteredSchema;
import io.millrace.decode.registry.RegistryFrame;
import io.millrace.decode.registry.SchemaLookup;
import io.millrace.decode.registry.SchemasById;
import io.millrace.event.Clock;
import io.millrace.event.DeadLetterCode;
import io.millrace.event.Event;
import io.millrace.event.SourceRecord;
import org.apache.avro.Schema;
import org.checkerframework.checker.nullness.qual.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decodes records of one event in one pass, by the steps that a writer's schema compiles to. */
final class AvroDecoder implements RecordDecoder {
  private static final Logger LOG = LoggerFactory.getLogger(AvroDecoder.class);

  private final Contract contract;
  private final EventAssembler events;
  private final AvroCursor cursor;

  // One of the two is not null
  private final @Nullable Step single;
  private final @Nullable SchemasById<Step> byId;

  private AvroDecoder(
      Contract contract, Clock clock, @Nullable Schema schema, @Nullable SchemaLookup lookup) {
    this.contract = contract;
    this.events = new EventAssembler(contract, clock);
    this.cursor = new AvroCursor(contract);
    RowTarget row = RowTarget.of(contract.fields(), events.schema(), true);
    this.single = schema == null ? null : PlanCompiler.compile(schema, row).top();
    this.byId =
        lookup == null
            ? null
            : new SchemasById<>(lookup, (id, registered) -> compile(id, registered, row));
  }

  /** Decodes records that hold an event only, all by one schema. */
  static AvroDecoder bySchema(Contract contract, Clock clock, Schema schema) {
    return new AvroDecoder(contract, clock, schema, null);
  }

  /** Decodes records in the wire format of a schema registry. */
  static AvroDecoder byRegistry(Contract contract, Clock clock, SchemaLookup lookup) {
    return new AvroDecoder(contract, clock, null, lookup);
  }

  private Step compile(int id, RegisteredSchema registered, RowTarget row) throws DecodeException {
    if (!registered.type().equals("AVRO")) {
      throw new DecodeException(
          DeadLetterCode.UNKNOWN_SCHEMA,
          "expected an Avro schema; the schema with the id %d is of another type".formatted(id));
    }
    Schema schema;
    try {
      schema = AvroSchemas.parse(registered.text(), registered.imports());
    } catch (IllegalArgumentException e) {
      throw new DecodeException(
          DeadLetterCode.UNKNOWN_SCHEMA,
          "expected a valid Avro schema with the id %d; %s".formatted(id, e.getMessage()));
    }
    PlanCompiler.Plan plan = PlanCompiler.compile(schema, row);
    LOG.info("Contract {}: decoding by schema {} ({})", contract.name(), id, schema.getFullName());
    plan.problems()
        .forEach(
            (path, problem) ->
                LOG.warn(
                    "Schema {} never fills the field at {} of contract {}: {}",
                    id,
                    path,
                    contract.name(),
                    problem));
    return plan.top();
  }

  @Override
  public int decode(SourceRecord record, Receiver receiver) throws DecodeException {
    receiver.event(decode(record));
    return 1;
  }

  /**
   * Decodes a record to its event.
   *
   * @throws DecodeException if it holds none; the decoder can go on with the next record
   */
  Event decode(SourceRecord record) throws DecodeException {
    byte[] bytes = record.value();
    if (bytes == null) {
      throw new DecodeException(DeadLetterCode.TOMBSTONE, "expected an event, found a null body");
    } else if (bytes.length == 0) {
      throw new DecodeException(DeadLetterCode.EMPTY, "expected an event, found no bytes");
    } else if (bytes.length > contract.limits().maxBytes()) {
      throw new DecodeException(
          DeadLetterCode.TOO_LARGE, "expected at most " + contract.limits().maxBytes() + " bytes");
    }
    @Nullable Object[] values = events.newValues();
    if (byId != null) {
      Step plan = byId.get(RegistryFrame.schemaId(bytes));
      read(plan, bytes, RegistryFrame.BYTES, values);
    } else if (single != null) {
      try {
        read(single, bytes, 0, values);
      } catch (DecodeException e) {
        throw RegistryFrame.looksFramed(bytes) ? withHint(e) : e;
      }
    }
    return events.event(values, cursor.unknown.result(), record);
  }

  private void read(Step plan, byte[] bytes, int from, @Nullable Object[] values)
      throws DecodeException {
    cursor.open(bytes, from);
    try {
      plan.run(cursor, values);
      int end = cursor.in.position();
      if (end != bytes.length) {
        throw new DecodeException(
            DeadLetterCode.TRAILING_GARBAGE, "byte " + end + ": expected nothing after the event");
      }
    } finally {
      cursor.in.close();
    }
  }

  private static DecodeException withHint(DecodeException e) {
    return new DecodeException(
        e.code(),
        e.getMessage()
            + "; the record looks like one of a schema registry: then name it in"
            + " `format.registry`");
  }
}
