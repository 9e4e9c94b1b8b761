package io.millrace.contract.yaml;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.contract.Redaction;
import io.millrace.contract.Redaction.Action;
import io.millrace.contract.Redaction.Bytes;
import io.millrace.contract.Redaction.Rule;
import io.millrace.contract.Redaction.Target;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedactionReaderTest {
  private static Redaction parse(String more) {
    return ContractLoader.parse(
            """
            contract: c
            fields:
              id: {type: string, required: true}
              at: {type: timestamp, required: true}
              email: {path: user.email, type: string}
              needed: {path: user.needed, type: string, required: true}
              count: {type: int64}
              ip: {type: ipv4}
              doc: {type: json, store_as: json}
              any: {type: json}
              sums: {type: map, values: int64}
              labels: {type: map}
              list: {type: array, items: {type: record, fields: {a: {type: string}, n: {type: int64}}}}
            event_time: {field: at}
            identity: [id, at]
            """
                + more,
            "c.yaml")
        .redaction();
  }

  @Test
  void redactsNothingByDefault() {
    assertThat(parse("").isNone(), is(true));
    assertThat(parse("dead_letters: {bytes: keep}\n").isNone(), is(true));
  }

  @Test
  void readsRulesInTheirOrder() {
    Redaction redaction =
        parse(
            """
            redact:
              - {field: email, do: hash, key: 'env:KEY'}
              - {path: 'list.*.a', do: mask, keep: 2}
              - {path: [more, 'a.b'], do: truncate, keep: 5}
              - {path: labels.owner, do: remove}
              - {pattern: '\\d{9,}', do: remove, key: 'file:/key'}
              - {record_key: true, do: keep}
              - {header: user, do: mask}
            """);
    assertThat(
        redaction.rules(),
        contains(
            new Rule(Target.FIELD, "email", List.of("user", "email"), 0, Action.HASH, 0, "env:KEY"),
            new Rule(Target.PATH, "list.*.a", List.of("list", "*", "a"), 0, Action.MASK, 2, null),
            new Rule(Target.PATH, "more.a.b", List.of("more", "a.b"), 0, Action.TRUNCATE, 5, null),
            new Rule(
                Target.PATH, "labels.owner", List.of("labels", "owner"), 0, Action.REMOVE, 0, null),
            new Rule(Target.PATTERN, "\\d{9,}", List.of(), 0, Action.REMOVE, 0, "file:/key"),
            new Rule(Target.RECORD_KEY, "", List.of(), 0, Action.KEEP, 0, null),
            new Rule(Target.HEADER, "user", List.of(), 0, Action.MASK, 0, null)));
    assertThat("bytes that may hold anything are dropped", redaction.bytes(), is(Bytes.DROP));
    assertThat(redaction.rules().get(0).describe(), is("hash of field email"));
    assertThat(redaction.rules().get(5).describe(), is("keep of record key"));
    assertThat(
        parse("dead_letters: {bytes: encrypt, key: 'env:KEY'}\n"),
        is(new Redaction(List.of(), Bytes.ENCRYPT, "env:KEY")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "field: mail, do: remove           | redact[0].field: no field `mail`",
        "field: email                      | redact[0].do: expected one of remove, mask, hash",
        "field: email, do: keep            | redact[0].do: keep is only for record_key, header and derived columns",
        "do: remove                        | redact[0]: expected exactly one of field, path",
        "field: email, path: a, do: remove | redact[0]: expected exactly one of field, path",
        "field: needed, do: remove         | redact[0].field: `needed` is required",
        "path: user, do: remove            | redact[0].path: `needed` is required",
        "path: user, do: mask              | redact[0].path: the field `email` is below this path",
        "path: email.x, do: mask           | ''",
        "path: user.email.x, do: mask      | redact[0].path: `email` is a string: nothing is below it",
        "path: list.a, do: mask            | redact[0].path: `list` is an array; expected *",
        "path: 'list.*.n', do: mask        | redact[0].path: `list.n` is a int64; expected do: remove",
        "field: count, do: mask            | redact[0].field: `count` is a int64; expected do: remove",
        "field: sums, do: mask             | redact[0].field: `sums` is a int64; expected do: remove",
        "field: doc, do: mask              | redact[0].field: `doc` is a json; expected do: remove",
        "field: any, do: truncate, keep: 2 | `any` is a json; expected do: remove, mask or hash",
        "field: ip, do: mask               | `ip` is a ipv4; expected do: remove or truncate",
        "field: ip, do: truncate, keep: 33 | `ip` has fewer bits than 33",
        "field: at, do: remove             | `at` is the event time, which must stay as it is",
        "field: id, do: mask               | `id` identifies events, and two events must not",
        "field: email, do: hash            | redact[0]: expected `key`: a reference to the secret",
        "field: email, do: mask, key: 'env:A'   | redact[0].key: only with `do: hash`",
        "field: email, do: hash, key: hunter2   | redact[0].key: a contract must not hold a secret",
        "field: email, do: truncate        | redact[0]: expected `keep`: how many characters stay",
        "field: email, do: remove, keep: 2 | redact[0].keep: only with `do: mask`",
        "pattern: 'a*', do: mask           | redact[0].pattern: matches the empty text",
        "pattern: '(', do: mask            | redact[0].pattern: not a regular expression of RE2",
        "pattern: 'a', do: mask            | redact[0]: `id` identifies events, so what the pattern",
        "record_key: false, do: mask       | redact[0].record_key: expected true",
        "fields: email, do: mask           | unknown key"
      })
  void reportsWhatIsWrong(String rule, String message) {
    String more = "redact:\n  - {" + rule + "}\n";
    if (message.isEmpty()) {
      assertThat(parse(more).rules(), hasSize(1));
      return;
    }
    ContractException e = assertThrows(ContractException.class, () -> parse(more));
    assertThat(e.getMessage(), containsString(message));
    assertThat(e.getMessage(), containsString("c.yaml:17:"));
    assertThat(e.getMessage(), not(containsString("hunter2")));
  }

  @Test
  void reportsAllProblemsAtOnce() {
    ContractException e =
        assertThrows(
            ContractException.class,
            () ->
                parse(
                    """
                    redact:
                      - {field: at, do: remove}
                      - {field: nothing, do: remove}
                    dead_letters: {bytes: encrypt}
                    """));
    assertThat(e.problems(), hasSize(4));
    assertThat(e.getMessage(), containsString("dead_letters: expected `key`"));
    assertThat(
        assertThrows(
                ContractException.class,
                () -> parse("dead_letters: {bytes: drop, key: 'env:KEY'}\n"))
            .getMessage(),
        containsString("dead_letters.key: only with `bytes: encrypt`"));
    assertThat(
        assertThrows(ContractException.class, () -> parse("redact: []\n")).getMessage(),
        containsString("redact: expected a list of rules"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "compression: gzip                                  | redact: [{field: email, do: mask}] | no",
        "compression: header                                | redact: [{field: email, do: mask}] | no",
        "'format: {type: csv, columns: \"id,at,email\"}' | redact: [{field: email, do: mask}] | no",
        "format: json                                       | redact: [{field: email, do: mask}] | yes",
        "compression: gzip                                  | ''                                 | yes"
      })
  void refusesToKeepBytesThatAreNeverRedacted(String format, String rules, String allowed) {
    String contract =
        """
        contract: c
        %s
        fields:
          id: {type: string, required: true}
          at: {type: timestamp, required: true}
          email: {type: string}
        event_time: {field: at}
        identity: [id, at]
        %s
        dead_letters: {bytes: keep}
        """
            .formatted(format, rules);
    if (allowed.equals("yes")) {
      assertThat(
          ContractLoader.parse(contract, "c.yaml").redaction().bytes(), is(Redaction.Bytes.KEEP));
      return;
    }
    ContractException e =
        assertThrows(ContractException.class, () -> ContractLoader.parse(contract, "c.yaml"));
    assertThat(e.problems(), hasSize(1));
    assertThat(
        e.getMessage(),
        containsString("dead_letters.bytes: keep would keep what `redact` removes"));
  }
}
