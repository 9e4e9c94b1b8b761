package io.millrace.io.schema;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.io.SinkException;
import io.millrace.io.SinkMigration;
import io.millrace.io.schema.Difference.Effect;
import io.millrace.io.schema.Remedy.Change;
import io.millrace.io.schema.Remedy.Refuse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the planner does with the differences that a dialect finds. */
class SchemaPreflightTest {
  /** A system whose tables are the differences that are left. */
  private static final class Fake implements SchemaDialect {
    final List<Difference> left = new ArrayList<>();
    final List<String> log = new ArrayList<>();
    final List<String> impossible = new ArrayList<>();
    final List<String> missingRights = new ArrayList<>();
    Exception failure;

    Fake with(Difference... differences) {
      left.addAll(List.of(differences));
      return this;
    }

    @Override
    public String where() {
      return "Fake at x";
    }

    @Override
    public List<String> impossible() {
      return impossible;
    }

    @Override
    public void open(boolean forChanges) {
      log.add(forChanges ? "open for changes" : "open");
    }

    @Override
    public List<Difference> differences() {
      return List.copyOf(left);
    }

    @Override
    public List<String> problems() {
      return missingRights;
    }

    @Override
    public void execute(String statement) throws Exception {
      if (failure != null) {
        throw failure;
      }
      log.add(statement);
      left.removeIf(d -> d.remedy() instanceof Change c && c.statement().equals(statement));
    }

    @Override
    public String explain(Exception e) {
      return "explained: " + e.getMessage();
    }

    @Override
    public void close() {
      log.add("close");
    }
  }

  private static Difference difference(String table, String where, Effect effect, Remedy remedy) {
    return new Difference(table, where, "differs", effect, remedy);
  }

  private static Difference blocks(String table, String column) {
    return difference(
        table,
        table + "." + column,
        Effect.BLOCKS,
        new Change("adds it", "added", "ADD " + table + "." + column));
  }

  private static Difference missing(String table) {
    return Difference.missing(table, table, new Change("creates it", "created", "MAKE " + table));
  }

  private static final Difference REFUSED =
      difference("b", "b.key", Effect.NOTE, new Refuse("reason", "docs/page.md"));

  private static SchemaPreflight preflight(Fake fake) {
    return new SchemaPreflight(fake);
  }

  private static List<String> problemsOf(Runnable operation) {
    return assertThrows(SinkException.class, operation::run).problems();
  }

  @Test
  void problemsAndNotesAreTheLinesOfTheirDifferences() {
    Fake fake =
        new Fake()
            .with(
                missing("new"),
                blocks("a", "x"),
                REFUSED,
                difference("a", "a.y", Effect.NOTE, new Remedy.None()),
                Difference.stale("a", "a_view", new Change("creates it anew", "anew", "VIEW")));
    fake.missingRights.add("no right");
    assertThat(
        preflight(fake).problems(),
        contains(
            "a.x: differs -> `scripts/millrace migrate` with the same flags adds it", "no right"));
    assertThat(
        preflight(fake).notes(),
        contains("b.key: differs -> not safe to migrate: reason (docs/page.md)", "a.y: differs"));
    assertThat("nothing is changed", fake.log, contains("open", "close", "open", "close"));
  }

  @Test
  void onlyWhatIsMissingIsCreatedAndOnlyWithoutProblems() {
    Fake fake = new Fake().with(missing("a"), REFUSED, missing("b"));
    preflight(fake).createMissing();
    assertThat(fake.log, contains("open", "MAKE a", "MAKE b", "close"));
    fake.with(missing("c"), blocks("a", "x"));
    fake.log.clear();
    assertThat(
        problemsOf(preflight(fake)::createMissing),
        contains("a.x: differs -> `scripts/millrace migrate` with the same flags adds it"));
    assertThat(fake.log, contains("open", "close"));
  }

  @Test
  void everySafeChangeIsMadeButNothingOfATableThatHasAnother() {
    Fake fake =
        new Fake().with(missing(""), blocks("a", "x"), blocks("b", "x"), REFUSED, missing("c"));
    List<String> progress = new ArrayList<>();
    SinkMigration planned = preflight(fake).migrate(true, change -> progress.add(change.where()));
    assertThat(progress, contains("", "a.x", "c"));
    assertThat(fake.log, contains("open for changes", "close"));
    assertThat(
        planned.refused(),
        contains(
            "b.key: differs -> not safe to migrate: reason (docs/page.md); nothing of this table"
                + " is changed"));
    assertThat(preflight(fake).migrate(false, change -> {}), is(planned));
    assertThat(
        fake.log.subList(2, fake.log.size()),
        contains("open for changes", "MAKE ", "ADD a.x", "MAKE c", "close"));
  }

  @Test
  void aChangeThatFailsIsNamed() {
    Fake fake = new Fake().with(blocks("a", "x"));
    fake.failure = new IOException("disk full");
    assertThat(
        problemsOf(() -> preflight(fake).migrate(false, change -> {})),
        contains(
            "a.x: the change failed: explained: disk full; fix the cause and migrate again:"
                + " completed changes remain"));
    fake.left.clear();
    fake.with(missing("c"));
    assertThat(
        problemsOf(preflight(fake)::createMissing), contains("Fake at x: explained: disk full"));
  }

  @Test
  void aChangeWithoutEffectIsAProblem() {
    Difference stays =
        difference("a", "a.x", Effect.BLOCKS, new Change("does it", "done", "", () -> {}));
    assertThat(
        problemsOf(() -> preflight(new Fake().with(stays)).migrate(false, change -> {})),
        contains("a.x: still differs after the change; migrate again"));
  }

  @Test
  void anInterruptedOperationLeavesTheThreadInterrupted() {
    Fake fake = new Fake().with(blocks("a", "x"));
    fake.failure = new InterruptedException("stop");
    assertThat(
        problemsOf(() -> preflight(fake).migrate(false, change -> {})),
        contains("Fake at x: interrupted"));
    assertThat(Thread.interrupted(), is(true));
  }

  @Test
  void whatTheSystemCannotHoldIsFoundWithoutIt() {
    Fake fake = new Fake().with(missing("a"));
    fake.impossible.add("impossible");
    assertThat(preflight(fake).problems(), contains("impossible"));
    assertThat(problemsOf(preflight(fake)::createMissing), contains("impossible"));
    assertThat(
        problemsOf(() -> preflight(fake).migrate(true, change -> {})), contains("impossible"));
    assertThat(fake.log, is(empty()));
  }
}
