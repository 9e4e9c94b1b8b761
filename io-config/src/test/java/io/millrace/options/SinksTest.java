package io.millrace.options;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.io.Sink;
import io.millrace.io.SinkException;
import io.millrace.io.SinkMigration;
import io.millrace.io.SinkMigration.Change;
import io.millrace.io.WriteResult;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.junit.jupiter.api.Test;

class SinksTest {
  private static final List<String> PREPARED = new ArrayList<>();

  /** A sink that has problems, or none. */
  private record Fake(String kind, String address, List<String> check) implements Sink {
    @Override
    public List<String> notes() {
      return List.of("note of " + address);
    }

    @Override
    public SinkMigration migrate(boolean dryRun, Consumer<Change> progress) {
      Change change = new Change(address, "made", "MAKE");
      progress.accept(change);
      return new SinkMigration(List.of(change), check);
    }

    @Override
    public void prepare() {
      if (!check.isEmpty()) {
        throw new SinkException(check);
      }
      PREPARED.add(address);
    }

    @Override
    public PTransform<PCollectionTuple, WriteResult> write() {
      throw new UnsupportedOperationException();
    }
  }

  private static final Sinks THREE =
      Sinks.of(
          List.of(
              new Fake("clickhouse", "a", List.of("a is down", "a is full")),
              new Fake("bigquery", "b", List.of()),
              new Fake("clickhouse", "c", List.of("c is down"))));

  @Test
  void namesAreTheKindsWithANumberFromTheSecondOn() {
    assertThat(THREE.byName().keySet(), contains("clickhouse", "bigquery", "clickhouse-2"));
    assertThat(THREE.address(), is("a, b, c"));
  }

  @Test
  void problemsAndNotesAreThoseOfAll() {
    assertThat(THREE.check(), contains("a is down", "a is full", "c is down"));
    assertThat(THREE.notes(), contains("note of a", "note of b", "note of c"));
  }

  @Test
  void allArePreparedAndEveryProblemIsTold() {
    PREPARED.clear();
    SinkException e = assertThrows(SinkException.class, THREE::prepare);
    assertThat(e.problems(), contains("a is down", "a is full", "c is down"));
    assertThat(PREPARED, contains("b"));
  }

  @Test
  void migrationIsOfAll() {
    List<String> progress = new ArrayList<>();
    SinkMigration migration = THREE.migrate(true, change -> progress.add(change.where()));
    assertThat(progress, contains("a", "b", "c"));
    assertThat(migration.changes().size(), is(3));
    assertThat(migration.refused(), contains("a is down", "a is full", "c is down"));
  }

  @Test
  void thereIsAtLeastOne() {
    assertThrows(IllegalArgumentException.class, () -> Sinks.of(List.of()));
  }
}
