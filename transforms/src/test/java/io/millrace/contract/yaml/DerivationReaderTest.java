package io.millrace.contract.yaml;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.contract.Contract;
import io.millrace.contract.Derivation;
import io.millrace.contract.FieldDefinition;
import io.millrace.contract.FieldType;
import io.millrace.contract.OnFailure;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DerivationReaderTest {
  private static Contract parse(String more) {
    return ContractLoader.parse(
        """
        contract: c
        version: 1
        fields:
          at: {type: timestamp, required: true}
          seen: {type: timestamp, precision: 3}
          kind: {type: string, default: ""}
          user: {type: string}
          size: {type: int32}
          ms: {type: int64, default: 0}
          bytes: {type: uint64, default: 0}
          ratio: {type: float64}
          labels: {type: map}
          codes: {type: array, items: {type: int64}}
          docs: {type: array, items: {type: record, fields: {a: {type: string}}}}
        event_time: {field: at}
        identity: [at]
        """
            + more,
        "c.yaml");
  }

  private static FieldDefinition column(String derivation) {
    Contract contract = parse("derive:\n  x: " + derivation + "\n");
    return contract.fields().get(contract.fields().size() - 1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "kind + '!' ~ string",
        "ms / 1000 ~ int64",
        "size ~ int64",
        "bytes + 1u ~ uint64",
        "ratio ~ float64",
        "kind == 'a' ~ boolean",
        "at - duration('1h') ~ timestamp",
        "codes.map(c, c * 2) ~ array",
        "labels ~ map",
        "{value: ms, type: int32} ~ int32",
        "{value: ms, type: float32} ~ float32",
        "{value: ratio, type: decimal, precision: 9, scale: 2} ~ decimal",
        "{value: kind, type: text} ~ text",
        "{value: 'docs[0].a', type: string} ~ string",
      })
  void infersOrTakesTheType(String derivation, String type) {
    FieldDefinition column = column(derivation);
    assertThat(column.type().contractName(), is(type));
    assertThat(column.name(), is("x"));
    assertThat(column.path(), is(List.of()));
  }

  @Test
  void keepsColumnsInOrderBehindTheFields() {
    Contract contract =
        parse(
            """
            derive:
              seconds: ms / 1000
              slow: {value: seconds > 5, on_error: dead}
            filter: {fast: seconds < 1}
            error: slow
            rollups:
              r:
                window: {fixed: 1m}
                group_by: [slow]
                where: seconds > 2
                measures: {s: {type: sum, field: seconds}}
            """);
    assertThat(
        contract.derivations(),
        contains(
            new Derivation("seconds", "ms / 1000", OnFailure.NULL),
            new Derivation("slow", "seconds > 5", OnFailure.DEAD)));
    assertThat(
        contract.tables().normal().columnNames().subList(10, 15),
        contains("docs", "seconds", "slow", "ingestion_time", "extra"));
    assertThat(contract.decodedFields(), is(11));
    assertThat(contract.decoded().fields(), is(contract.fields().subList(0, 11)));
    assertThat(contract.withTime(contract.time()), equalTo(contract));
  }

  @Test
  void isNeverNullIfAnEventWithoutAValueIsDead() {
    assertThat(column("{value: kind + '!', on_error: dead}").nullable(), is(false));
    assertThat(column("{value: kind + '!'}").nullable(), is(true));
    assertThat(column("{value: user, on_error: dead}").nullable(), is(true));
    assertThat(column("{value: at, precision: 6}").digits(), is(6));
    assertThat(column("at").digits(), is(3));
    assertThat(column("at").type(), is(FieldType.TIMESTAMP));
    assertThat(column("{value: kind, low_cardinality: true}").lowCardinality(), is(true));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "derive: {a: knid} ~ derive.a ~ undeclared reference to 'knid'",
        "derive: {a: b, b: ms} ~ derive.a ~ undeclared reference to 'b'",
        "derive: {ms: size} ~ derive.ms ~ there is a field or column with this name already",
        "derive: {ingestion_time: size} ~ derive.ingestion_time ~ Millrace adds a column",
        "derive: {extra: size} ~ unknown_fields ~ is a declared field",
        "derive: {seen_extra_ns: size} ~ derive.seen_extra_ns ~ may conflict with the column",
        "derive: {a-b: size} ~ derive ~ expected a column name",
        "derive: {a: {value: at - at}} ~ derive.a.value ~ which no column holds",
        "derive: {a: `docs[0].a`} ~ derive.a ~ which no column holds",
        "derive: {a: `null`} ~ derive.a ~ which no column holds",
        "derive: {a: {value: kind, type: int64}} ~ derive.a.type ~ the expression has the type string",
        "derive: {a: {value: kind, type: uuid}} ~ derive.a.type ~ expected one of",
        "derive: {a: {value: kind, scale: 2}} ~ derive.a.scale ~ only for the type decimal",
        "derive: {a: {value: kind, precision: 3}} ~ derive.a.precision ~ only for the type decimal or",
        "derive: {a: {value: at, precision: 4}} ~ derive.a.precision ~ expected 3 (milliseconds)",
        "derive: {a: {value: ms, low_cardinality: true}} ~ derive.a.low_cardinality ~ only for",
        "derive: {a: {value: ms, on_error: filtered}} ~ derive.a.on_error ~ one of null, dead",
        "derive: {a: {type: int64}} ~ derive.a.value ~ expected a string",
        "derive: {a: `kind.matches(kind)`} ~ derive.a ~ needs a text in quotes",
        "derive: {} ~ derive ~ expected columns by name",
      })
  void namesTheProblem(String yaml, String place, String problem) {
    ContractException e =
        assertThrows(ContractException.class, () -> parse(yaml.replace("`", "\"") + "\n"));
    assertThat(e.getMessage(), containsString(place));
    assertThat(e.getMessage(), containsString(problem));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "derive: {a: kind} ~ identity: [at, a] ~ no field `a`",
        "derive: {a: at} ~ event_time: {field: a} ~ no field `a`",
      })
  void isNoPartOfTheIdentityOrTheTime(String derive, String other, String problem) {
    String yaml =
        "contract: c\nfields: {at: {type: timestamp, required: true}, kind: {type: string}}\n"
            + (other.startsWith("identity") ? "event_time: {field: at}\n" : "identity: [at]\n")
            + derive
            + "\n"
            + other
            + "\n";
    ContractException e =
        assertThrows(ContractException.class, () -> ContractLoader.parse(yaml, "c.yaml"));
    assertThat(e.getMessage(), containsString(problem));
  }
}
