package io.millrace.contract.yaml;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.contract.Contract;
import io.millrace.contract.FieldType;
import io.millrace.contract.Lookup;
import io.millrace.contract.OnFailure;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LookupReaderTest {
  private static Contract parse(String more) {
    return ContractLoader.parse(
        """
        contract: c
        fields:
          at: {type: timestamp, required: true}
          user: {type: string}
          n: {type: int64}
          ratio: {type: float64}
        event_time: {field: at}
        identity: [at]
        """
            + more,
        "c.yaml");
  }

  @Test
  void readsLookupsBeforeDerivations() {
    Contract contract =
        parse(
            """
            lookups:
              users:
                from: https://host/users.jsonl.gz
                key: user
                columns: {country: c, age: {column: a, type: int32}, plan: {low_cardinality: true}}
                refresh: 5m
                on_missing: dead
                max_megabytes: 10
                token: env:TOKEN
              countries:
                {from: file:///x, kind: csv, key: country.lowerAscii(), key_column: code, columns: [region]}
            derive:
              adult: age >= 18
            filter: {far: region == 'asia'}
            """);
    assertThat(
        contract.lookups(),
        contains(
            new Lookup(
                "users",
                Lookup.Kind.JSONL,
                "https://host/users.jsonl.gz",
                "user",
                "user",
                List.of(
                    new Lookup.Column("country", "c"),
                    new Lookup.Column("age", "a"),
                    new Lookup.Column("plan", "plan")),
                Duration.ofMinutes(5),
                OnFailure.DEAD,
                10 << 20,
                Map.of("token", "env:TOKEN")),
            new Lookup(
                "countries",
                Lookup.Kind.CSV,
                "file:///x",
                "country.lowerAscii()",
                "code",
                List.of(new Lookup.Column("region", "region")),
                Duration.ofMinutes(1),
                OnFailure.NULL,
                256 << 20,
                Map.of())));
    assertThat(
        contract.tables().normal().columnNames().subList(4, 9),
        contains("country", "age", "plan", "region", "adult"));
    assertThat(contract.fields().get(contract.indexOf("age")).type(), is(FieldType.INT32));
    assertThat(contract.decodedFields(), is(4));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "{key: user, columns: [a]} ~ lookups.x ~ expected `kind`",
        "{kind: csv, key: user, columns: [a]} ~ lookups.x ~ expected `from`",
        "{from: users.csv, key: user, columns: [a]} ~ lookups.x.from ~ expected a URL such as",
        "{from: file:///u.csv, key: usr, columns: [a]} ~ lookups.x.key ~ undeclared reference",
        "{from: file:///u.csv, key: a, columns: [a]} ~ lookups.x.key ~ undeclared reference",
        "{from: file:///u.csv, key: ratio, columns: [a]} ~ lookups.x.key ~ expected a text or a whole",
        "{from: file:///u.csv, key: user + 'x', columns: [a]} ~ lookups.x.key_column ~ expected the",
        "{from: file:///u.csv, key: user, columns: []} ~ lookups.x.columns ~ at least one column",
        "{from: file:///u.csv, key: user, columns: [user]} ~ lookups.x.columns ~ with this name already",
        "{from: file:///u.csv, key: user, columns: {a: {type: map}}} ~ lookups.x.columns.a.type ~ one of",
        "{from: file:///u.csv, key: user, columns: [a], refresh: 10ms} ~ lookups.x.refresh ~ at least 1s",
        "{from: file:///u.csv, key: user, columns: [a], on_missing: x} ~ lookups.x.on_missing ~ null, dead",
        "{from: file:///u.csv, key: user, columns: [a], user: x} ~ lookups.x.from ~ both `user` and",
        "{from: 'https://h/u.csv', key: user, columns: [a], token: s3cr3t} ~ lookups.x.from ~ must not hold",
        "{from: 'https://me:pw@h/u.csv', key: user, columns: [a]} ~ lookups.x.from ~ must not appear",
        "{from: file:///u.csv, key: user, columns: [a], token: env:T} ~ lookups.x.from ~ a file needs no",
        "{from: file:///u.csv, key: user, columns: [a], ca: src/test/resources/ca.pem} ~ lookups.x.from"
            + " ~ a file needs no",
        "{from: 'http://h/u.csv', key: user, columns: [a], ca: src/test/resources/ca.pem} ~"
            + " lookups.x.from ~ expected a URL with TLS",
        "{from: 'https://h/u.csv', key: user, columns: [a], ca: no.pem} ~ lookups.x.ca ~ cannot read",
        "{from: 'https://h/u.csv', key: user, columns: [a], ca: pom.xml} ~ lookups.x.ca ~ pom.xml: not a PEM",
        "{from: file:///u.csv, key: user, columns: [a], fro: x} ~ lookups.x.fro ~ unknown key",
      })
  void namesTheProblem(String lookup, String place, String problem) {
    ContractException e =
        assertThrows(ContractException.class, () -> parse("lookups:\n  x: " + lookup + "\n"));
    assertThat(e.getMessage(), containsString(place));
    assertThat(e.getMessage(), containsString(problem));
  }
}
