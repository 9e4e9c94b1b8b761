package io.millrace;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Which package may use which, which libraries a package may use, and how long a file may be. Reads
 * the compiled classes of all modules, so it is in the module that is built last.
 */
class ArchitectureTest {
  private static final Path HOME = Path.of("../..");
  private static final String ROOT = "io.millrace.";
  private static final int MOST_LINES = 400;

  /** Modules whose classes run in a pipeline or audit it. */
  private static final String PRODUCTION =
      "transforms io-config io-config/clickhouse-beam pipeline runners/verify runners/direct"
          + " runners/flink runners/flink/client runners/dataflow";

  /** Packages that start servers, measure, or inject faults. */
  private static final String[] WORKSHOP = {
    "io.millrace.local..", "io.millrace.cli..", "io.millrace.bench..", "io.millrace.resilience.."
  };

  /** Each package below io.millrace, and after the colon the packages that it may use. */
  private static final String ROOMS =
      """
      alert: contract event expression rollup
      alerting: contract event io io.flags io.retry rollup
      archive: archive.read archive.store archive.write contract event io io.flags
      archive.read: archive.schema archive.store contract event io parquet transforms
      archive.schema: contract decode event parquet
      archive.store: event
      archive.write: alert archive.schema archive.store contract event expression io io.retry parquet rollup
      bench: bench.capacity bench.formats bench.rules bench.speed bench.steps cli.support
      bench.baseline:
      bench.baseline.flink: bench.baseline
      bench.capacity: bench.contender bench.harness bench.speed bench.workload cli.support event flink flink.client \
          local.process testdata.manifest transforms
      bench.contender: bench.baseline bench.baseline.flink bench.harness clickhouse contract \
          contract.yaml direct event flink flink.embedded io options pipeline testdata.manifest
      bench.formats: bench.contender bench.harness bench.speed cli.support \
        testdata.generate testdata.manifest testdata.sink
      bench.harness: cli.support clickhouse.client event io local local.clickhouse local.kafka \
          local.process pipeline security
      bench.rules: bench.contender bench.harness bench.speed cli.support testdata.manifest
      bench.speed: bench.baseline bench.contender bench.harness cli.support clickhouse \
          contract.yaml event flink.client local.clickhouse local.flink local.process \
          testdata.generate testdata.manifest testdata.sink
      bench.steps: archive archive.store bench.harness bench.workload cli.support clickhouse clickhouse.beam \
          clickhouse.client clickhouse.encoding contract event expression flink io io.flags local local.clickhouse rollup transforms
      bench.workload: contract contract.yaml decode.json event \
          testdata.generate testdata.manifest testdata.sink
      bigquery: bigquery.client bigquery.schema bigquery.write contract event io io.flags io.schema
      bigquery.client: io io.flags
      bigquery.schema: bigquery.client contract event io.schema
      bigquery.write: alert bigquery.client bigquery.schema contract event expression io rollup
      cli: cli.audit cli.contract cli.contracttest cli.dashboard cli.dataflow cli.deadletters cli.demo \
          cli.explain cli.flink cli.generate cli.init cli.log cli.metrics cli.stack cli.state \
          cli.support decode direct event flink.embedded io local local.process pipeline
      cli.audit: cli.support clickhouse.client connectors contract contract.yaml deadletter \
          event io io.flags kafka kafka.client kafka.consume pipeline verify
      cli.contract: bigquery.schema cli.contract.grafana cli.support clickhouse.schema contract \
          contract.compatibility contract.export contract.language contract.yaml pipeline
      cli.contract.grafana: clickhouse.schema contract health verify
      cli.contracttest: alert cli.contract cli.explain cli.support contract contract.language \
          contract.yaml decode event lookup pipeline rollup
      cli.dashboard: cli.deadletters cli.explain cli.support clickhouse.client clickhouse.schema contract \
          contract.yaml event io.flags pipeline redact verify
      cli.dataflow: cli.support dataflow io.flags options pipeline
      cli.deadletters: cli.contract cli.explain cli.support clickhouse.client clickhouse.encoding \
          clickhouse.schema contract deadletter.replay decode direct event expression io io.flags kafka \
          kafka.client pipeline redact verify
      cli.demo: cli.audit cli.generate cli.stack cli.support clickhouse.client contract contract.yaml decode \
          direct event flink.client local local.clickhouse local.flink local.kafka \
          local.process pipeline security testdata testdata.manifest testdata.sink verify
      cli.explain: alert cli.contract cli.support clickhouse.client contract decode enrich event expression \
          io.flags lookup pipeline redact rollup transforms verify
      cli.flink: cli.support flink flink.client io.flags local local.flink local.process options pipeline
      cli.generate: cli.support io.flags kafka.client pipeline testdata testdata.generate testdata.manifest \
          testdata.sink
      cli.init: cli.explain cli.init.guess cli.init.layout cli.support connectors contract contract.yaml \
          event io io.flags pipeline
      cli.init.guess: contract decode
      cli.init.layout: cli.explain cli.init.guess cli.support contract contract.yaml decode event pipeline
      cli.log:
      cli.metrics: direct io.observe metrics pipeline
      cli.stack: cli.flink cli.support flink.client local local.flink local.kafka local.process \
          local.pubsub pipeline
      cli.state: direct flink.embedded pipeline
      cli.support: clickhouse.client flink.client io.flags local.process pipeline security
      clickhouse: clickhouse.beamio clickhouse.client clickhouse.schema clickhouse.write \
          contract event io io.flags io.schema security
      clickhouse.beam:
      clickhouse.beamio: alert clickhouse.beam clickhouse.client clickhouse.encoding \
          clickhouse.schema clickhouse.write contract event io rollup security
      clickhouse.client: io io.flags security
      clickhouse.columns: clickhouse.conversion clickhouse.schema event
      clickhouse.conversion: clickhouse.encoding contract event
      clickhouse.encoding: contract event
      clickhouse.lookup: clickhouse.client clickhouse.schema contract lookup security
      clickhouse.schema: clickhouse.client clickhouse.conversion clickhouse.encoding contract event io.schema
      clickhouse.write: alert clickhouse.client clickhouse.columns clickhouse.encoding \
          clickhouse.schema contract event expression io io.flags io.observe io.retry rollup
      connectors: alerting archive bigquery clickhouse deadletter file io io.flags kafka pubsub webhook
      contract:
      contract.compatibility: contract
      contract.export: contract
      contract.language: contract
      contract.yaml: contract contract.language decode.registry expression health lookup
      dataflow: io.flags options pipeline
      deadletter: event io io.flags io.retry
      deadletter.replay: contract event io
      decode: contract event text
      decode.avro: contract decode decode.binary decode.registry event text
      decode.binary: contract decode event text
      decode.csv: contract decode event text
      decode.influx: contract decode event text
      decode.json: contract decode event text
      decode.otlp: contract decode decode.json event text
      decode.protobuf: contract decode decode.binary decode.registry event text
      decode.registry: contract decode event
      direct: event io io.flags pipeline
      enrich: contract decode event expression lookup
      event: contract text
      expression: contract decode event
      file: contract deadletter decode event io io.flags
      flink: io.flags options pipeline
      flink.client:
      flink.embedded: flink io.flags options pipeline
      health: contract
      io: contract event io.flags
      io.flags: contract
      io.observe:
      io.retry: io.observe
      io.schema: io
      kafka: alerting contract deadletter event io io.flags kafka.client kafka.consume kafka.read kafka.time
      kafka.client: io.flags security
      kafka.consume: contract event io io.observe kafka.client kafka.time
      kafka.read: contract event io io.observe kafka.client kafka.consume kafka.time
      kafka.time: contract decode event
      local: local.clickhouse local.flink local.kafka local.process local.pubsub
      local.clickhouse: local.clickhouse.facade local.process
      local.clickhouse.facade: local.clickhouse.sql local.process
      local.clickhouse.sql:
      local.fault: local.process
      local.flink: flink.client local.process
      local.kafka: local.process
      local.process:
      local.pubsub: local.process
      lookup: contract decode decode.registry event
      lookup.maxmind: contract lookup
      lookup.parquet: contract lookup parquet
      lookup.useragent: contract lookup
      metrics: contract event io io.observe options pipeline
      options: alerting connectors contract contract.yaml deadletter event io io.flags rollup security
      parquet:
      pipeline: alert alerting contract deadletter decode event expression io io.flags \
          io.observe lookup options redact rollup transforms
      pubsub: alerting contract deadletter event io io.flags
      redact: contract decode decode.json decode.registry event text
      resilience: cli.support resilience.cluster resilience.sink
      resilience.cluster: bench.harness cli.support event flink.client local.clickhouse \
          local.flink local.kafka local.process pipeline resilience.harness testdata \
          testdata.generate testdata.manifest testdata.sink verify
      resilience.harness: bench.harness cli.support event testdata testdata.generate testdata.manifest testdata.sink
      resilience.sink: bench.harness cli.support direct event flink local.clickhouse \
          local.fault local.process pipeline resilience.harness testdata.manifest verify
      rollup: contract event expression rollup.measure
      rollup.measure: contract event expression
      security: decode.registry
      testdata: testdata.generate testdata.manifest testdata.sink
      testdata.generate: testdata.manifest testdata.sink testdata.workload
      testdata.manifest: testdata.workload
      testdata.sink: testdata.manifest
      testdata.workload:
      text:
      transforms: contract decode enrich event expression redact
      verify: clickhouse.client clickhouse.schema contract contract.yaml event kafka kafka.consume pipeline \
          security testdata.manifest
      webhook: alerting event io io.flags security
      """;

  private static JavaClasses all;
  private static JavaClasses production;
  private static final Map<String, Set<String>> MAY_USE = new TreeMap<>();

  /** Pairs of top-level classes: who uses whom. */
  private static final Map<String, Set<String>> USES = new TreeMap<>();

  @BeforeAll
  static void read() throws IOException {
    ROOMS
        .lines()
        .forEach(
            line -> {
              String[] parts = line.split(":", -1);
              Set<String> used = new TreeSet<>(Arrays.asList(parts[1].strip().split(" +")));
              used.remove("");
              MAY_USE.put(parts[0].strip(), used);
            });
    all = classesOf(modules());
    production = classesOf(Stream.of(PRODUCTION.split(" ")).map(HOME::resolve).toList());
    for (JavaClass user : all) {
      for (Dependency dependency : user.getDirectDependenciesFromSelf()) {
        String used = topLevel(dependency.getTargetClass());
        if (used.startsWith(ROOT) && !used.equals(topLevel(user))) {
          USES.computeIfAbsent(topLevel(user), name -> new TreeSet<>()).add(used);
        }
      }
    }
  }

  private static List<Path> modules() throws IOException {
    try (Stream<Path> poms = Files.walk(HOME, 4)) {
      return poms.filter(path -> path.endsWith("pom.xml"))
          .map(Path::getParent)
          .filter(module -> Files.isDirectory(module.resolve("src/main/java")))
          .sorted()
          .toList();
    }
  }

  private static JavaClasses classesOf(List<Path> modules) {
    List<Path> paths = new ArrayList<>();
    for (Path module : modules) {
      Path classes = module.resolve("target/classes");
      assertThat(classes + " is there: build all modules first", Files.isDirectory(classes));
      paths.add(classes);
    }
    return new ClassFileImporter().importPaths(paths);
  }

  private static String topLevel(JavaClass type) {
    String name = type.getBaseComponentType().getName();
    int nested = name.indexOf('$');
    return nested < 0 ? name : name.substring(0, nested);
  }

  private static String roomOf(String className) {
    String room = className.substring(0, className.lastIndexOf('.'));
    return room.startsWith(ROOT) ? room.substring(ROOT.length()) : room;
  }

  private static boolean isForbidden(String room, String used) {
    return !room.equals(used) && !MAY_USE.getOrDefault(room, Set.of()).contains(used);
  }

  @Test
  void aRoomUsesOnlyTheRoomsThatItMay() {
    List<String> wrong = new ArrayList<>();
    USES.forEach(
        (user, used) -> {
          for (String other : used) {
            if (isForbidden(roomOf(user), roomOf(other))) {
              wrong.add(user + " uses " + other);
            }
          }
        });
    assertThat(
        "Packages that may not use each other. Is each class in the right package? See ROOMS",
        wrong,
        empty());
  }

  @Test
  void noRoomMayUseWhatItNeverUses() {
    Map<String, Set<String>> unused = new TreeMap<>();
    MAY_USE.forEach((room, used) -> unused.put(room, new TreeSet<>(used)));
    USES.forEach(
        (user, used) ->
            used.forEach(
                other -> unused.getOrDefault(roomOf(user), new TreeSet<>()).remove(roomOf(other))));
    unused.values().removeIf(Set::isEmpty);
    assertThat(unused.toString(), unused.keySet(), empty());
  }

  /** Moves each class of one system into the packages of each other system, one at a time. */
  @Test
  void aClassOfOneSystemInTheRoomOfAnotherIsNoticed() {
    List<String> systems = List.of("kafka", "pubsub", "file", "clickhouse", "bigquery");
    Map<String, Set<String>> usedBy = new TreeMap<>();
    USES.forEach(
        (user, used) ->
            used.forEach(
                other -> usedBy.computeIfAbsent(other, name -> new TreeSet<>()).add(user)));
    List<String> unnoticed = new ArrayList<>();
    int moved = 0;
    for (JavaClass type : all) {
      String name = topLevel(type);
      String room = roomOf(name);
      String system = room.split("\\.", 2)[0];
      if (!systems.contains(system) || name.endsWith("package-info")) {
        continue;
      }
      for (String other : systems) {
        if (!other.equals(system)) {
          moved++;
          boolean noticed =
              USES.getOrDefault(name, Set.of()).stream()
                      .anyMatch(used -> isForbidden(other, roomOf(used)))
                  || usedBy.getOrDefault(name, Set.of()).stream()
                      .anyMatch(user -> isForbidden(roomOf(user), other));
          if (!noticed) {
            unnoticed.add(name + " in " + other);
          }
        }
      }
    }
    assertThat(moved, is(greaterThan(400)));
    assertThat(unnoticed, empty());
  }

  @Test
  void packagesFormNoCycle() {
    slices().matching("io.millrace.(**)").should().beFreeOfCycles().check(all);
  }

  @Test
  void productionDoesNotUseTheWorkshop() {
    noClasses().should().dependOnClassesThat().resideInAnyPackage(WORKSHOP).check(production);
  }

  @Test
  void librariesStayInTheRoomsOfTheirSystems() {
    // An audit reads the offsets that a topic still has.
    confine("org.apache.kafka..", "io.millrace.kafka..", "io.millrace.verify..");
    confine("org.apache.beam.sdk.io.kafka..", "io.millrace.kafka..");
    confine("com.clickhouse..", "io.millrace.clickhouse..");
    confine("org.apache.beam.sdk.io.clickhouse..", "io.millrace.clickhouse..");
    confine("com.google.api.services.bigquery..", "io.millrace.bigquery..");
    confine("org.apache.beam.sdk.io.gcp.bigquery..", "io.millrace.bigquery..");
    confine("org.apache.beam.sdk.io.gcp.pubsub..", "io.millrace.pubsub..");
    confine("org.apache.avro..", "io.millrace.decode.avro..", "io.millrace.bigquery..");
    confine("com.squareup.wire..", "io.millrace.decode.protobuf..");
    confine("dev.cel..", "io.millrace.expression..", "io.millrace.health..");
    confine("com.maxmind..", "io.millrace.lookup.maxmind..");
    confine(
        "org.apache.parquet..",
        "io.millrace.parquet..",
        "io.millrace.lookup.parquet..",
        "io.millrace.archive..");
    confine("nl.basjes..", "io.millrace.lookup.useragent..");
    confine("org.apache.beam.runners.flink..", "io.millrace.flink..");
    confine("org.apache.beam.runners.dataflow..", "io.millrace.dataflow..");
  }

  private static void confine(String library, String... rooms) {
    noClasses()
        .that()
        .resideInAPackage("io.millrace..")
        .and()
        .resideOutsideOfPackages(rooms)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(library)
        .check(production);
  }

  @Test
  void noFileIsTooLong() throws IOException {
    List<String> tooLong = new ArrayList<>();
    for (Path module : modules()) {
      try (Stream<Path> files = Files.walk(module.resolve("src"))) {
        for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
          try (Stream<String> lines = Files.lines(file)) {
            long count = lines.count();
            if (count > MOST_LINES) {
              tooLong.add(file + ": " + count + " lines");
            }
          }
        }
      }
    }
    assertThat(tooLong, empty());
  }
}
