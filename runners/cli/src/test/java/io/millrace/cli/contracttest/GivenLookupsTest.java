package io.millrace.cli.contracttest;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;

import io.millrace.cli.MillraceProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests of contracts with look-ups, secrets and several tables need nothing but their file. */
@Timeout(120)
class GivenLookupsTest {
  private static final String EVENTS =
      "  events: [{id: 1, at: 2026-03-01T10:00:00Z, email: ann@example.com}]\n";

  @TempDir private Path directory;

  @BeforeEach
  void writeContract() throws IOException {
    Files.writeString(
        directory.resolve("c.yaml"),
        """
        contract: c
        fields:
          id: {type: int64, required: true}
          at: {type: timestamp, required: true}
          email: {type: string}
        event_time: {field: at}
        identity: [id, at]
        lookups:
          users:
            from: file:///does/not/exist.csv
            key: id
            columns: {plan: plan, seats: {column: seats, type: int32}}
        redact:
          - {field: email, do: hash, key: 'env:MILLRACE_NO_SUCH_SECRET'}
        tables:
          routes:
            pro: {when: "plan == 'pro'"}
        """);
  }

  private MillraceProcess.Result cases(String yaml) throws IOException {
    return Visits.run(Files.writeString(directory.resolve("c.test.yaml"), yaml).toString());
  }

  @Test
  void rowsOfTheFileAndOfACase() throws Exception {
    MillraceProcess.Result result =
        cases(
            """
            lookups: {users: [{id: 1, plan: free, seats: 3}]}
            cases:
            - name: of the file
            %1$s  expect: [{outcome: accepted, table: c, row: {plan: free, seats: 3}}]
            - name: of the case
              lookups: {users: [{id: 1, plan: pro}]}
            %1$s  expect: [{outcome: accepted, table: c_pro, row: {plan: pro, seats: ~}}]
            - name: no row, and the hash that a test has everywhere
              lookups: {users: []}
            %1$s  expect:
              - outcome: accepted
                row: {plan: ~, email: 'f1b2e5fd766a5b9ecfe1472e9c39612db9975946'}
            """
                .formatted(EVENTS));
    assertThat(result.out(), containsString("ok    of the file"));
    assertThat(result.out(), containsString("ok    of the case"));
    assertThat(result.out(), result.exitCode(), is(0));
  }

  @Test
  void aSourceThatCannotBeReadIsAProblemAtOnce() throws Exception {
    MillraceProcess.Result result =
        cases("cases:\n- name: a\n" + EVENTS + "  expect: [{outcome: accepted}]\n");
    assertThat(result.exitCode(), is(2));
    assertThat(
        result.err(),
        containsString(
            "look-up users in file:///does/not/exist.csv: there is no such file; or give its rows"
                + " in `lookups` of the test file"));
  }

  @Test
  void wrongRowsAreProblems() throws Exception {
    MillraceProcess.Result result =
        cases(
            "lookups: {users: [{plan: pro}], user: []}\ncases:\n- name: a\n"
                + EVENTS
                + "  lookups: {users: [{id: 1, seats: many}]}\n  expect: [{outcome: accepted}]\n");
    assertThat(result.exitCode(), is(2));
    assertThat(result.err(), containsString("lookups.users: row 1: has no key `id`"));
    assertThat(result.err(), containsString("no look-up with a source; expected one of users"));
    assertThat(result.err(), containsString("the value for `seats` is no int32"));
  }
}
