package io.millrace.bench.speed;

import io.millrace.bench.Bed;
import io.millrace.bench.speed.plain.PlainServer;
import io.millrace.contract.Contract;
import io.millrace.contract.ContractLoader;
import io.millrace.event.Clock;
import io.millrace.event.DeadLetterFactory;
import io.millrace.sink.clickhouse.ClickHouseSink;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * One run of one contender over a backlog, into a database of its own that is dropped at the end.
 */
final class SpeedRun {
  private static final Duration LOOK_EVERY = Duration.ofMillis(200);
  private static final Duration TELL_EVERY = Duration.ofSeconds(5);
  private static final Duration LONGEST_SILENCE = Duration.ofMinutes(2);
  private static final Duration LONGEST_SETTLING = Duration.ofSeconds(30);

  private final Bed bed;
  private final Contender contender;
  private final Backlog backlog;
  private final JobSpec spec;
  private final Look look;
  private final List<Sample> samples = new ArrayList<>();

  private SpeedRun(Bed bed, Backlog backlog, JobSpec spec) {
    this.bed = bed;
    this.contender = spec.contender();
    this.backlog = backlog;
    this.spec = spec;
    this.look = look(bed, spec);
  }

  /**
   * Runs a contender.
   *
   * @param number tells the runs of a measurement apart
   * @throws IllegalStateException if it does not do what it must
   */
  static RunFigures of(Bed bed, Contender contender, Backlog backlog, int parallelism, int number) {
    String name = contender.id().replace('-', '_') + "_" + number;
    return new SpeedRun(bed, backlog, spec(bed, contender, backlog, parallelism, name)).run();
  }

  /**
   * What a contender is told.
   *
   * @param name of its database and its directory
   */
  static JobSpec spec(Bed bed, Contender contender, Backlog backlog, int parallelism, String name) {
    return new JobSpec(
        contender,
        bed.kafka(),
        backlog.topic(),
        backlog.records(),
        new PlainServer(bed.clickHouse().address(), name, Bed.USER, bed.passwordFile().toString()),
        contract(bed, contender).toString(),
        parallelism,
        bed.directory().resolve(name).toString());
  }

  /** A look at a contender from outside. */
  static Look look(Bed bed, JobSpec spec) {
    return new Look(bed, spec.server().database(), spec.counts());
  }

  /** Makes a contender's tables. */
  static void prepare(Bed bed, JobSpec spec) {
    Contract contract = ContractLoader.load(Path.of(spec.contract()));
    ClickHouseSink.of(
            bed.database(spec.server().database()),
            contract,
            DeadLetterFactory.of(contract, "speed", Clock.system()),
            Clock.system())
        .prepare();
  }

  private RunFigures run() {
    String database = spec.server().database();
    // Before the clock starts, for all alike.
    prepare(bed, spec);
    try {
      if (contender.hasProcess()) {
        try (ChildRun child = ChildRun.start(spec)) {
          watch(child);
          requireSame(contender.tally().differences(child.stop(), backlog.truth()));
        }
      } else {
        KafkaEngine.start(bed, database, backlog.topic(), spec.parallelism());
        watch(null);
      }
      return RunFigures.of(samples, backlog.records());
    } catch (IllegalStateException e) {
      throw new IllegalStateException(contender.label() + ": " + e.getMessage(), e);
    } finally {
      KafkaEngine.stop(bed, database);
      bed.query("DROP DATABASE IF EXISTS " + database + " SYNC");
    }
  }

  /** Looks on until all is done and right. */
  private void watch(ChildRun child) {
    long all = contender.tally().all(backlog.truth());
    JvmThreads threads = child == null ? null : new JvmThreads(child.pid());
    long seen = 0;
    long moved = System.nanoTime();
    long told = moved;
    while (seen < all) {
      LockSupport.parkNanos(LOOK_EVERY.toNanos());
      if (child != null) {
        child.requireRunning();
      }
      long now = contender.tally().seen(look);
      samples.add(sample((double) now / all, child, threads));
      if (System.nanoTime() - told > TELL_EVERY.toNanos()) {
        told = System.nanoTime();
        String how = now == 0 ? "starting" : 100 * now / all + " %";
        bed.tell("  " + contender.id() + ": " + how);
      }
      if (now != seen) {
        seen = now;
        moved = System.nanoTime();
      } else if (System.nanoTime() - moved > LONGEST_SILENCE.toNanos()) {
        throw new IllegalStateException("nothing has moved at " + seen + " of " + all);
      }
    }
    settle(child);
  }

  private Sample sample(double share, ChildRun child, JvmThreads threads) {
    if (threads != null) {
      threads.look();
    }
    return new Sample(
        System.nanoTime(),
        share,
        new Sample.Cpu(
            child == null ? Duration.ZERO : cpu(child.pid()),
            threads == null ? Duration.ZERO : threads.compiler(),
            threads == null ? Duration.ZERO : threads.collector(),
            cpu(bed.kafkaPid()),
            cpu(bed.clickHousePid())));
  }

  private static Duration cpu(long pid) {
    return ProcessHandle.of(pid)
        .flatMap(process -> process.info().totalCpuDuration())
        .orElseThrow(() -> new IllegalStateException("process " + pid + " is gone"));
  }

  /** The last batches, and the audit, come a little later. */
  private void settle(ChildRun child) {
    long deadline = System.nanoTime() + LONGEST_SETTLING.toNanos();
    List<String> differences = contender.tally().differences(look, backlog.truth());
    while (!differences.isEmpty() && System.nanoTime() - deadline < 0) {
      LockSupport.parkNanos(LOOK_EVERY.toNanos());
      if (child != null) {
        child.requireRunning();
      }
      differences = contender.tally().differences(look, backlog.truth());
    }
    requireSame(differences);
  }

  private static void requireSame(List<String> differences) {
    if (!differences.isEmpty()) {
      throw new IllegalStateException(String.join("; ", differences));
    }
  }

  /** The contract of the query events, without its rollups unless they are measured. */
  private static Path contract(Bed bed, Contender contender) {
    if (contender == Contender.ROLLUPS) {
      return bed.contract();
    }
    Path plain = bed.directory().resolve("without-rollups.yaml");
    try {
      String all = Files.readString(bed.contract());
      Files.writeString(plain, all.substring(0, all.indexOf("\nrollups:") + 1));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + plain, e);
    }
    return plain;
  }
}
