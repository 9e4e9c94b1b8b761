package io.millrace.contract.yaml;

import static io.millrace.contract.yaml.ShopContract.FILE;
import static io.millrace.contract.yaml.ShopContract.VALID;
import static io.millrace.contract.yaml.ShopContract.problems;
import static io.millrace.contract.yaml.ShopContract.problemsWith;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.contract.ColumnDefinition;
import io.millrace.contract.Contract;
import io.millrace.contract.TableDefinition;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The tables and columns of a contract. */
class ContractTablesTest {
  @Test
  void namesTheAuditTableByDefault() {
    assertEquals(
        new Contract.AuditTable("shop_audit", Duration.ofDays(7)),
        ContractLoader.parse(VALID, FILE).tables().audit());
    assertEquals(
        new Contract.AuditTable("audit", Duration.ofDays(7)),
        ContractLoader.parse(VALID.replace("{name: shop_audit, ttl", "{ttl"), FILE)
            .tables()
            .audit());
    assertEquals(
        new Contract.AuditTable("audit", null),
        ContractLoader.parse(VALID.replace("audit: {name: shop_audit, ttl: 7d}", ""), FILE)
            .tables()
            .audit());
  }

  @Test
  void theErrorFieldOfTheErrorTableIsNotNullable() {
    ColumnDefinition fault =
        ContractLoader.parse(VALID, FILE).tables().error().columns().stream()
            .filter(c -> c.name().equals("fault"))
            .findFirst()
            .orElseThrow();

    assertTrue(fault.field().nullable());
    assertEquals(false, fault.nullable());
  }

  @Test
  void aFieldOfTheIdentityWithADefaultIsNotNullable() {
    Contract contract =
        ContractLoader.parse(
            VALID
                .replace("id: {type: string, required: true}", "id: {type: string, default: none}")
                .replace("identity: [id, at]", "identity: [id, at, price]")
                .replace("at, fault, extra]", "at, fault, price, extra]")
                .replace("[id, at, extra]", "[id, at, price, extra]"),
            FILE);

    for (TableDefinition table :
        List.of(contract.tables().normal(), contract.tables().error(), contract.tables().late())) {
      for (ColumnDefinition column : table.columns()) {
        if (contract.identity().contains(column.name())) {
          assertEquals(false, column.nullable(), table.name() + "." + column.name());
          assertEquals(false, column.field().nullable(), table.name() + "." + column.name());
        }
      }
    }
    assertEquals(false, contract.schema().getField("id").getType().getNullable());
    assertEquals(List.of("id", "at", "price"), contract.identity());
  }

  private static TableDefinition normal(String yaml) {
    return ContractLoader.parse(yaml, FILE).tables().normal();
  }

  @Test
  void aTimestampKeepsTheDigitsOfItsFormat() {
    for (var digits :
        Map.of("iso8601", 9, "epoch_s", 9, "epoch_ms", 3, "epoch_us", 6, "epoch_ns", 9)
            .entrySet()) {
      TableDefinition table =
          normal(VALID.replace("type: timestamp", "type: timestamp, format: " + digits.getKey()));

      assertEquals(digits.getValue(), table.columns().get(1).field().digits(), digits.getKey());
      assertEquals(List.of("id", "at"), table.identity());
      assertEquals(List.of(), table.extraDigits());
    }
  }

  /** Otherwise a sink would collapse two events that differ only in these digits. */
  @Test
  void addsAColumnForTheExtraDigitsOfAnIdentityTimestamp() {
    TableDefinition table =
        normal(VALID.replace("type: timestamp", "type: timestamp, precision: 6"));

    assertEquals(List.of("id", "at", "at_extra_ns", "price", "extra"), table.columnNames());
    assertEquals(List.of("id", "at", "at_extra_ns"), table.identity());
    assertEquals(
        new ColumnDefinition(table.columns().get(2).field(), 1, false, 6), table.columns().get(2));
    // A time outside of the identity has no such column
    assertEquals(
        List.of(),
        normal(
                VALID.replace(
                    "fault: {path: meta.fault, type: text}",
                    "fault: {path: meta.fault, type: text}\n"
                        + "  other: {type: timestamp, precision: 3}"))
            .extraDigits());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          type: timestamp | type: timestamp, precision: 4 | fields.at.precision: expected 3 (milliseconds), 6 (microseconds) or 9 (nanoseconds)
          type: timestamp | type: timestamp, precision: 0 | fields.at.precision: expected an integer from 3 to 9
          type: timestamp | type: timestamp, precision: 3, scale: 1 | fields.at.scale: only for the type decimal
          type: text      | type: text, precision: 3 | fields.fault.precision: only for the type decimal or timestamp
          """)
  void rejectsInvalidPrecisions(String part, String replacement, String problem) {
    assertThat(problemsWith(part, replacement), hasItem(startsWith(FILE + ": " + problem)));
  }

  @Test
  void rejectsAFieldWithTheNameOfTheExtraDigits() {
    assertThat(
        problems(
            VALID
                .replace("type: timestamp", "type: timestamp, precision: 3")
                .replace("meta.fault, type: text}", "meta.fault, type: text}\n  at_extra_ns: {}")),
        hasItem(containsString("identity: the field `at_extra_ns` conflicts with the column")));
  }

  @Test
  void namesTablesAndColumnsByDefault() {
    String yaml =
        VALID.substring(0, VALID.indexOf("tables:")) + "tables:\n  normal: {name: orders}\n";
    Contract.Tables tables = ContractLoader.parse(yaml, FILE).tables();

    List<String> all = List.of("id", "at", "fault", "price", "lines", "ingestion_time", "extra");
    assertEquals("orders", tables.normal().name());
    assertEquals(all, tables.normal().columnNames());
    assertEquals("orders_error", tables.error().name());
    assertEquals(all, tables.error().columnNames());
    assertEquals("orders_late", tables.late().name());
    assertEquals(
        List.of("id", "at", "fault", "price", "lines", "ingestion_time", "extra", "late_by_ms"),
        tables.late().columnNames());
    assertEquals(new Contract.DeadLetterTable("orders_dead", null), tables.deadLetters());
    assertEquals(new Contract.AuditTable("audit", null), tables.audit());
  }

  /** Nothing else is needed, and the result is as if everything was written. */
  @Test
  void fourKeysAreAContract() {
    String shortest =
        """
        contract: web-visits
        fields:
          id: {type: string, required: true}
          at: {type: timestamp, required: true}
        event_time: {field: at}
        identity: [id, at]
        """;
    Contract contract = ContractLoader.parse(shortest, FILE);

    assertEquals(
        ContractLoader.parse(
            shortest
                + """
                version: 1
                format: json
                compression: none
                limits: {max_bytes: 1048576, max_depth: 64}
                unknown_fields: {column: extra, as: json}
                rollups: {}
                tables:
                  normal: {name: web_visits, columns: [id, at, ingestion_time, extra]}
                  late: {name: web_visits_late, columns: [id, at, ingestion_time, extra]}
                  dead_letters: {name: web_visits_dead}
                  audit: {name: audit}
                """,
            FILE),
        contract);
    assertNull(contract.tables().error());
    assertEquals(1, contract.version());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          normal: {ttl: 30d}       | shop   | shop_late   | shop_error
          normal: {columns: [id, at, extra]} | shop | shop_late | shop_error
          normal: {name: orders}   | orders | orders_late | orders_error
          late: {name: tardy}      | shop   | tardy       | shop_error
          error: {name: failures}  | shop   | shop_late   | failures
          audit: {name: proof}     | shop   | shop_late   | shop_error
          """)
  void eachTableCanBeOverriddenAlone(String table, String normal, String late, String error) {
    String yaml = VALID.substring(0, VALID.indexOf("tables:")) + "tables:\n  " + table + "\n";
    Contract.Tables tables = ContractLoader.parse(yaml, FILE).tables();

    assertEquals(
        List.of(normal, late, error),
        List.of(tables.normal().name(), tables.late().name(), tables.error().name()));
  }

  @ParameterizedTest
  @CsvSource({"shop, shop", "my-shop, my_shop", "acme.shop/v2, acme_shop_v2", "a b:c, a_b_c"})
  void namesTablesAfterTheContract(String contract, String table) {
    String yaml =
        VALID
            .substring(0, VALID.indexOf("tables:"))
            .replace("contract: shop", "contract: \"" + contract + "\"");

    assertEquals(table, normal(yaml).name());
  }

  @ParameterizedTest
  @CsvSource({"2shop", "caf\u00e9", "shop!"})
  void aContractWhoseNameCannotNameATableMustNameIt(String contract) {
    String yaml =
        VALID
            .substring(0, VALID.indexOf("tables:"))
            .replace("contract: shop", "contract: \"" + contract + "\"");

    assertThat(
        problems(yaml),
        contains(
            containsString(
                "tables.normal.name: the contract's name `"
                    + contract
                    + "` cannot name its table; expected a name")));
    assertEquals("t", normal(yaml + "tables: {normal: {name: t}}\n").name());
  }

  @Test
  void hasNoErrorTableWithoutAnErrorRule() {
    String rule = "error: {field: fault, is: present}\n";
    String table = "  error: {name: shop_errors, columns: [id, at, fault, extra]}\n";
    String without = VALID.replace(rule, "");

    assertNull(ContractLoader.parse(without.replace(table, ""), FILE).tables().error());
    // A named error table is kept
    assertEquals("shop_errors", ContractLoader.parse(without, FILE).tables().error().name());
  }
}
