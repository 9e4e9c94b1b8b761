package io.millrace.decode.protobuf;

import com.google.protobuf.Descriptors.Descriptor;
import io.millrace.contract.Contract;
import io.millrace.decode.DecodeException;
import io.millrace.decode.EventAssembler;
import io.millrace.decode.RecordDecoder;
import io.millrace.decode.binary.RowTarget;
import io.millrace.decode.protobuf.MessagePlan.Plan;
import io.millrace.decode.registry.RegisteredSchema;
import io.millrace.decode.registry.RegistryFrame;
import io.millrace.decode.registry.SchemaLookup;
import io.millrace.decode.registry.SchemasById;
import io.millrace.event.Clock;
import io.millrace.event.DeadLetterCode;
import io.millrace.event.Event;
import io.millrace.event.SourceRecord;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Decodes records of one event in one pass, by the plan that the descriptor of their message
 * compiles to.
 */
final class ProtobufDecoder implements RecordDecoder {
  /** Messages in messages are read by recursion. Protobuf's own readers have the same limit. */
  private static final int MOST_LEVELS = 100;

  private final Contract contract;
  private final EventAssembler events;
  private final ProtoCursor cursor;
  private final WireInput in;
  private final MessageIndexes indexes = new MessageIndexes();

  // One of the two is not null
  private final @Nullable Plan single;
  private final @Nullable SchemasById<RegisteredFile> byId;

  private ProtobufDecoder(
      Contract contract, Clock clock, @Nullable Descriptor message, @Nullable SchemaLookup lookup) {
    this.contract = contract;
    this.events = new EventAssembler(contract, clock);
    this.cursor = new ProtoCursor(contract);
    this.in = new WireInput(Math.min(contract.limits().maxDepth(), MOST_LEVELS));
    RowTarget row = RowTarget.of(contract.fields(), events.schema(), true);
    this.single = message == null ? null : MessagePlan.compile(message, row);
    this.byId =
        lookup == null ? null : new SchemasById<>(lookup, (id, schema) -> compile(id, schema, row));
  }

  /** Decodes records that hold one message only. */
  static ProtobufDecoder byMessage(Contract contract, Clock clock, Descriptor message) {
    return new ProtobufDecoder(contract, clock, message, null);
  }

  /** Decodes records in the wire format of a schema registry. */
  static ProtobufDecoder byRegistry(Contract contract, Clock clock, SchemaLookup lookup) {
    return new ProtobufDecoder(contract, clock, null, lookup);
  }

  private RegisteredFile compile(int id, RegisteredSchema schema, RowTarget row)
      throws DecodeException {
    if (!schema.type().equals("PROTOBUF")) {
      throw new DecodeException(
          DeadLetterCode.UNKNOWN_SCHEMA,
          "expected a Protobuf schema; the schema with the id %d is of another type".formatted(id));
    }
    String name = "Contract " + contract.name() + ", schema " + id;
    try {
      return new RegisteredFile(name, ProtoFiles.registered("schema-" + id, schema), row);
    } catch (IllegalArgumentException e) {
      throw new DecodeException(
          DeadLetterCode.UNKNOWN_SCHEMA,
          "expected a valid Protobuf schema with the id %d; %s".formatted(id, e.getMessage()));
    }
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
    Plan plan = single;
    int from = 0;
    if (byId != null) {
      RegisteredFile file = byId.get(RegistryFrame.schemaId(bytes));
      from = indexes.read(bytes);
      plan = file.plan(indexes);
    }
    if (plan == null) {
      throw new IllegalStateException("neither a message nor a registry");
    }
    @Nullable Object[] values = events.newValues();
    cursor.clear();
    plan.top().read(in, bytes, from, cursor, values);
    return events.event(values, cursor.unknown.result(), record);
  }
}
