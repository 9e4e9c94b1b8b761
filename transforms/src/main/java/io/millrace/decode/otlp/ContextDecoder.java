package io.millrace.decode.otlp;

import io.millrace.contract.Contract;
import io.millrace.decode.DecodeException;
import io.millrace.decode.EventAssembler;
import io.millrace.event.RowBuffer;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.codec.digest.MurmurHash3;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Decodes the messages around elements, each once. Not thread-safe. */
final class ContextDecoder {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final byte[] NOTHING = {};
  private static final int HASH_BYTES = 2 * Long.BYTES;

  private final MessageReader reader;
  private final Notes notes;
  private final Undeclared undeclared;
  private final EventAssembler events;
  private final ToWire toWire;
  private final int typeIndex;
  private final IdentityHashMap<Level, Plan> plans = new IdentityHashMap<>();
  private final IdentityHashMap<Level, Plan> elementPlans = new IdentityHashMap<>();

  ContextDecoder(
      Contract contract,
      Signal signal,
      MessageReader reader,
      Notes notes,
      Undeclared undeclared,
      EventAssembler events,
      ToWire toWire) {
    this.reader = reader;
    this.notes = notes;
    this.undeclared = undeclared;
    this.events = events;
    this.toWire = toWire;
    this.typeIndex = Paths.indexOf(contract, "type");
    compile(contract, signal.request());
  }

  private void compile(Contract contract, Level level) {
    plans.put(level, Plan.of(level.message(), Paths.prefix(level), contract.fields()));
    Message element = level.element();
    if (element != null) {
      elementPlans.put(level, Plan.of(element, List.of(), contract.fields()));
    }
    level.inner().forEach(inner -> compile(contract, inner));
  }

  /** What the messages around an element hold. */
  Context.Decoded decode(Context context) {
    Context.Decoded known = context.decoded;
    if (known == null) {
      Context outer = context.outer;
      known = decode(context, outer == null ? nothing() : decode(outer));
      context.decoded = known;
    }
    return known;
  }

  private Context.Decoded nothing() {
    return new Context.Decoded(events.newValues(), NOTHING, Map.of(), 0, 0, null, null);
  }

  private Context.Decoded decode(Context context, Context.Decoded outer) {
    if (outer.failure() != null) {
      return outer;
    }
    Level level = context.level;
    Plan plan = plans.get(level);
    @Nullable Object[] values = outer.values().clone();
    try {
      byte[] wire = context.isJson ? toWire.message(level.message(), context.bytes) : context.bytes;
      if (plan != null) {
        plan.initialize(values);
        notes.clear();
        reader.read(plan, wire, 0, wire.length, values);
        undeclared.write(level.prefix(), values, context.isJson);
      }
      Plan element = elementPlans.get(level);
      if (element != null) {
        if (typeIndex >= 0 && !level.type().isEmpty()) {
          values[typeIndex] = level.type();
        }
        element.initialize(values);
      }
      long[] hash = hash(outer.high(), outer.low(), wire);
      return new Context.Decoded(
          values, members(outer), map(outer), hash[0], hash[1], element, null);
    } catch (DecodeException e) {
      return new Context.Decoded(values, NOTHING, Map.of(), 0, 0, null, e);
    }
  }

  private byte[] members(Context.Decoded outer) {
    RowBuffer own = undeclared.members();
    if (own.size() == 0) {
      return outer.members();
    }
    RowBuffer all = new RowBuffer(outer.members().length + 1 + own.size());
    all.writeRaw(outer.members(), 0, outer.members().length);
    JsonText.separate(all);
    own.appendTo(all);
    return all.toByteArray();
  }

  private Map<String, String> map(Context.Decoded outer) {
    Map<String, String> own = undeclared.map();
    if (own.isEmpty()) {
      return outer.map();
    }
    Map<String, String> all = new LinkedHashMap<>(outer.map());
    all.putAll(own);
    return all;
  }

  /** The hash of what is around a message and of the message. */
  private static long[] hash(long high, long low, byte[] message) {
    byte[] all = new byte[HASH_BYTES + message.length];
    LONGS.set(all, 0, high);
    LONGS.set(all, Long.BYTES, low);
    System.arraycopy(message, 0, all, HASH_BYTES, message.length);
    return MurmurHash3.hash128x64(all, 0, all.length, 0);
  }
}
