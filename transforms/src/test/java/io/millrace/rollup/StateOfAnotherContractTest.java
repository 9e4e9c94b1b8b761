package io.millrace.rollup;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.aMapWithSize;
import static org.hamcrest.Matchers.anEmptyMap;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.hasSize;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.event.Packed;
import io.millrace.rollup.measure.LengthPrefixed;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.state.BagState;
import org.apache.beam.sdk.state.MapState;
import org.apache.beam.sdk.state.ReadableState;
import org.apache.beam.sdk.state.Timer;
import org.apache.beam.sdk.state.ValueState;
import org.apache.beam.sdk.transforms.DoFn.OutputReceiver;
import org.apache.beam.sdk.values.KV;
import org.joda.time.Instant;
import org.junit.jupiter.api.Test;

/** A job resumes from a savepoint with a contract that has other roll-ups. */
class StateOfAnotherContractTest {
  private static final byte[] MINUTE = new WindowKey(0, 60_000, 0, 0).toBytes();

  private final Map<String, byte[]> cells = new HashMap<>();
  private final List<String> changed = new ArrayList<>();
  private final List<RollupRow> rows = new ArrayList<>();

  private static Contract contract(String rollups) {
    String yaml =
        """
        contract: small
        version: 1
        format: json
        fields:
          id: {type: string, required: true}
          n: {type: int64}
          at: {type: timestamp, required: true}
        event_time: {field: at}
        identity: [id, at]
        unknown_fields: {column: extra, as: json}
        tables:
          normal: {name: small, columns: [id, at, extra]}
          error: {name: small_errors, columns: [id, at, extra]}
          late: {name: small_late, columns: [id, at, extra]}
          dead_letters: {name: small_dead}
        rollups:
        """;
    return ContractLoader.parse(yaml + rollups.indent(2), "c.yaml");
  }

  private void count(Contract contract, String id) throws IOException {
    CompiledRollup rollup = CompiledRollup.byTable(contract).get(CompiledRollup.tableIn(id));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    LengthPrefixed.writeText(id, out);
    LengthPrefixed.writeBytes(rollup.newCell().toBytes(), out);
    Timer timer = timer();
    of(contract)
        .process(
            KV.of(MINUTE, bytes.toByteArray()),
            Instant.ofEpochMilli(0),
            cells(),
            changed(),
            timer,
            timer,
            timer);
  }

  private void end(Contract contract) {
    of(contract).free(MINUTE, cells(), changed(), receiver());
  }

  private static AggregateWindowsFn of(Contract contract) {
    AggregateWindowsFn step = new AggregateWindowsFn(Packed.of(contract));
    step.setUp();
    return step;
  }

  @Test
  void dropsTheStateOfARemovedRollup() throws IOException {
    count(contract("a: {window: {fixed: 1m}, measures: {m: {type: count}}}"), "a[]");
    assertThat(cells, aMapWithSize(1));
    end(contract("b: {window: {fixed: 1m}, measures: {m: {type: count}}}"));
    assertThat(rows, empty());
    assertThat(cells, anEmptyMap());
  }

  @Test
  void resumesARollupWithRenamedColumns() throws IOException {
    count(contract("a: {window: {fixed: 1m}, measures: {m: {type: sum, field: n}}}"), "a[]");
    end(
        contract(
            """
            b: {window: {fixed: 1m}, measures: {m: {type: count}}}
            a: {window: {fixed: 1m}, ttl: 9d, measures: {other: {type: sum, field: n}}}
            """));
    assertThat(rows, hasSize(1));
  }

  @Test
  void rejectsTheStateOfAnotherComputation() throws IOException {
    count(contract("a: {window: {fixed: 1m}, measures: {m: {type: sum, field: n}}}"), "a[]");
    for (String other :
        List.of(
            "a: {window: {fixed: 1m}, measures: {m: {type: mean, field: n}}}",
            "a: {window: {fixed: 1m}, group_by: [id], measures: {m: {type: sum, field: n}}}",
            "a: {window: {fixed: 1m}, where: [{field: n, is: present}],"
                + " measures: {m: {type: sum, field: n}}}",
            "a: {window: {fixed: 1m}, measures: {m: {type: sum, field: n}, k: {type: count}}}")) {
      Contract next = contract(other);
      IllegalStateException e = assertThrows(IllegalStateException.class, () -> end(next), other);
      assertThat(e.getMessage(), containsString("where of roll-up `a` have changed since"));
    }
  }

  @Test
  void treatsSessionsAlike() {
    String sessions = "a: {window: {session: 1m}, measures: {m: {type: sum, field: n}}}";
    Contract before = contract(sessions);
    CompiledRollup rollup = CompiledRollup.byTable(before).get("a");
    SessionList list = new SessionList();
    list.add(new SessionList.Session(0, 60_000, rollup.newCell()));
    byte[] key = SessionList.key("a", "[]");
    List<byte[]> state = new ArrayList<>();
    sessions(before)
        .process(
            KV.of(key, list.toBytes()),
            Instant.ofEpochMilli(0),
            value(state),
            timer(),
            timer(),
            timer());
    assertThat(state, hasSize(1));

    AggregateSessionsFn other = sessions(contract(sessions.replace("sum", "mean")));
    assertThrows(
        IllegalStateException.class,
        () ->
            other.process(
                KV.of(key, list.toBytes()),
                Instant.ofEpochMilli(0),
                value(state),
                timer(),
                timer(),
                timer()));
  }

  private static AggregateSessionsFn sessions(Contract contract) {
    AggregateSessionsFn step = new AggregateSessionsFn(Packed.of(contract));
    step.setUp();
    return step;
  }

  // Fakes of the state and timers that these steps use

  private static Object proxy(Class<?> type, InvocationHandler handler) {
    return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler);
  }

  private static Object readable(Object value) {
    return proxy(ReadableState.class, (self, method, args) -> value);
  }

  @SuppressWarnings("unchecked")
  private MapState<String, byte[]> cells() {
    return (MapState<String, byte[]>)
        proxy(
            MapState.class,
            (self, method, args) -> {
              switch (method.getName()) {
                case "get" -> {
                  return readable(cells.get(args[0]));
                }
                case "put" -> cells.put((String) args[0], (byte[]) args[1]);
                case "remove" -> cells.remove(args[0]);
                default -> cells.clear();
              }
              return null;
            });
  }

  @SuppressWarnings("unchecked")
  private BagState<String> changed() {
    return (BagState<String>)
        proxy(
            BagState.class,
            (self, method, args) -> {
              switch (method.getName()) {
                case "read" -> {
                  return List.copyOf(changed);
                }
                case "isEmpty" -> {
                  return readable(changed.isEmpty());
                }
                case "add" -> changed.add((String) args[0]);
                default -> changed.clear();
              }
              return null;
            });
  }

  @SuppressWarnings("unchecked")
  private static ValueState<byte[]> value(List<byte[]> one) {
    return (ValueState<byte[]>)
        proxy(
            ValueState.class,
            (self, method, args) -> {
              if (method.getName().equals("read")) {
                return one.isEmpty() ? null : one.get(0);
              }
              one.clear();
              if (method.getName().equals("write")) {
                one.add((byte[]) args[0]);
              }
              return null;
            });
  }

  private static Timer timer() {
    return (Timer)
        proxy(
            Timer.class,
            (self, method, args) -> method.getReturnType() == Timer.class ? self : null);
  }

  @SuppressWarnings("unchecked")
  private OutputReceiver<RollupRow> receiver() {
    return (OutputReceiver<RollupRow>)
        proxy(
            OutputReceiver.class,
            (self, method, args) -> {
              rows.add((RollupRow) args[0]);
              return null;
            });
  }
}
