package io.millrace.resilience.sink;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;

import io.millrace.bench.harness.BenchEnvironment;
import io.millrace.local.fault.Fault;
import io.millrace.local.fault.FaultProxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** All faults of the table, with fewer events and on fewer streams. */
class SinkFaultsIT {
  private static final long EVENTS = 3000;
  private static final long SEED = 7;
  private static final int STREAMS = 3;

  @TempDir private static Path directory;
  private static BenchEnvironment environment;

  @BeforeAll
  static void start() {
    environment = BenchEnvironment.start(directory, System.out::println);
  }

  @AfterAll
  static void stop() {
    if (environment != null) {
      environment.close();
    }
  }

  /** Several at a time, because most of their time is the sink's backoff. */
  @TestFactory
  Stream<DynamicTest> nothingIsLostAndNothingIsRepeated() {
    List<SinkFault> faults = new ArrayList<>(SinkFaults.inTurn(STREAMS));
    faults.addAll(SinkFaults.withOwnStream());
    ExecutorService threads = Executors.newFixedThreadPool(STREAMS);
    Map<SinkFault, Future<FaultRow>> rows = new LinkedHashMap<>();
    faults.stream()
        .filter(fault -> !stopsTheServer(fault))
        .forEach(fault -> rows.put(fault, threads.submit(() -> run(fault))));
    threads.shutdown();
    Stream<DynamicTest> sideBySide =
        rows.entrySet().stream().map(row -> test(row.getKey(), () -> row.getValue().get()));
    // All others share the server.
    Stream<DynamicTest> alone =
        faults.stream().filter(SinkFaultsIT::stopsTheServer).map(f -> test(f, () -> run(f)));
    return Stream.concat(sideBySide, alone);
  }

  private static boolean stopsTheServer(SinkFault fault) {
    return fault.name().startsWith("killed-");
  }

  private static FaultRow run(SinkFault fault) {
    return FaultRun.of(environment, fault, EVENTS, SEED);
  }

  private static DynamicTest test(SinkFault fault, Callable<FaultRow> runs) {
    return DynamicTest.dynamicTest(
        fault.name(),
        () -> {
          FaultRow row = runs.call();
          System.out.println(row.text());
          assertThat(row.text(), row.passes(), is(true));
        });
  }

  @Test
  void aFaultThatMeetsNothingFails() {
    SinkFault missed =
        new SinkFault(
            "missed",
            "spoils a table that there is not",
            run -> run.inject(FaultProxy.into("nowhere"), Fault.status(500), 1));
    assertThat(FaultRun.of(environment, missed, EVENTS, SEED).problems(), hasSize(1));
  }

  @Test
  void rowsThatAreLostOrRepeatedFail() {
    SinkFault tampered =
        new SinkFault(
            "tampered",
            "some rows go and others come twice",
            run -> {
              run.await("rows", () -> run.proxy().inserts("sink_output").acknowledged() > 3);
              // Not DELETE: it needs merges, and those would take the repeats away.
              String part =
                  run.query(
                      "SELECT min(name) FROM system.parts WHERE active AND table = 'sink_output'"
                          + " AND database = '"
                          + run.database()
                          + "'");
              run.query("ALTER TABLE DB.sink_output DROP PART '" + part.strip() + "'");
              run.query("INSERT INTO DB.sink_output SELECT * FROM DB.sink_output LIMIT 5");
            });
    FaultRow row = FaultRun.of(environment, tampered, EVENTS, SEED);
    assertThat(row.text(), row.problems().toString().contains("missing="), is(true));
    assertThat(row.text(), row.repeats().raw() > 0, is(true));
  }
}
