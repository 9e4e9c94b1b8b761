package io.millrace.cli.deadletters;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;

import io.millrace.cli.RunningCommand;
import io.millrace.local.SharedStack;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A replay that SIGKILL ends twice, and that is started again each time. Give {@code
 * -Dreplay.letters=100000} for more dead letters.
 */
class ReplayKilledIT {
  private static final int LETTERS = Integer.getInteger("replay.letters", 20_000);

  /** A second: slow enough that a replay is in the middle even if this machine pauses. */
  private static final int RATE = LETTERS / 40;

  /** Each of so many dead letters has the identity of the one before it. */
  private static final int DUPLICATE = 50;

  private static final String CONTRACT =
      """
      contract: killed
      fields:
        id: {type: int64, required: true}
        at: {type: timestamp, required: true}
        ms: {type: int64}
      event_time: {field: at}
      identity: [id, at]
      error: ms > 1000
      """;

  @TempDir private Path directory;

  private static String event(int i) {
    int identity = i % DUPLICATE == DUPLICATE - 1 ? i - 1 : i;
    return "{\"id\":%d,\"at\":\"2026-03-01T10:00:%02dZ\",\"ms\":\"%d\"}"
        .formatted(identity, identity % 60, identity % 10 == 0 ? 2_000 : 1);
  }

  @Test
  void itEndsExact() throws Exception {
    Letters killed = new Letters(SharedStack.clean(), directory, "killed", CONTRACT);
    List<String> records = new ArrayList<>();
    for (int i = 0; i < LETTERS; i++) {
      records.add(event(i));
    }
    killed.send(records);
    killed.run();
    assertThat(killed.outcomes(), is("dead " + LETTERS));
    killed.use(CONTRACT.replace("ms: {type: int64}", "ms: {type: int64, lenient: true}"));

    long before = 0;
    for (int kill = 1; kill <= 2; kill++) {
      long enough = before + LETTERS / 10;
      try (RunningCommand replay =
          new RunningCommand(
              "dead-letters", "replay", killed.output(), killed.contract(), "--rate=" + RATE)) {
        replay.await("some are replayed", () -> alive(killed) > enough);
      }
      before = alive(killed);
    }
    assertThat("killed in the middle", before, lessThan((long) LETTERS));
    // A row is audited after it is written. A kill between the two leaves rows without audit, and
    // never the reverse; the next replay audits them.
    assertThat(rows(killed, "killed_exact"), greaterThanOrEqualTo(audited(killed, "accepted")));
    assertThat(rows(killed, "killed_error_exact"), greaterThanOrEqualTo(audited(killed, "error")));
    assertThat(rows(killed, "audit_exact"), is((long) LETTERS));

    long start = System.nanoTime();
    killed.out("replay");
    System.out.printf(
        "%,d dead letters left of %,d were replayed in %.1f s%n",
        LETTERS - before, LETTERS, (System.nanoTime() - start) / 1e9);

    int duplicates = LETTERS / DUPLICATE;
    int errors = LETTERS / 10;
    assertThat(before, greaterThan(0L));
    assertThat(
        killed.outcomes(),
        is(
            "accepted %d, duplicate %d, error %d"
                .formatted(LETTERS - duplicates - errors, duplicates, errors)));
    assertThat(killed.audit(), is("ok"));
    assertThat(killed.json("list", "--json").path("letters").asInt(), is(0));
    assertThat(
        killed.query("SELECT count() FROM $.killed_exact"),
        is(Integer.toString(LETTERS - duplicates - errors)));
  }

  private static long rows(Letters letters, String table) {
    return Long.parseLong(letters.query("SELECT count() FROM $." + table));
  }

  private static long audited(Letters letters, String outcome) {
    return Long.parseLong(
        letters.query("SELECT count() FROM $.audit_exact WHERE outcome = '" + outcome + "'"));
  }

  private static long alive(Letters letters) {
    return Long.parseLong(
        letters.query("SELECT count() FROM $.audit_exact WHERE outcome != 'dead'"));
  }
}
