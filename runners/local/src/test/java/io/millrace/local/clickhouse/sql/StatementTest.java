package io.millrace.local.clickhouse.sql;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import io.millrace.local.clickhouse.sql.Statement.Kind;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StatementTest {
  private static Statement parse(String sql) {
    byte[] text = sql.getBytes(StandardCharsets.UTF_8);
    return Statement.parse(text, text.length);
  }

  private static void assertInsert(
      String sql, String head, String settings, String format, String data) {
    Statement statement = parse(sql);
    assertThat(statement.kind(), is(Kind.INSERT_DATA));
    assertThat(sql.substring(0, statement.head()), is(head));
    assertThat(statement.settings(), is(settings));
    assertThat(statement.format(), is(format));
    assertThat(sql.substring(statement.tail()), is(data));
  }

  @Test
  void valuesAreData() {
    assertInsert(
        "INSERT INTO t VALUES (1, 'a\n\nb')", "INSERT INTO t", "", "Values", " (1, 'a\n\nb')");
    assertInsert("insert into t values(1)", "insert into t", "", "Values", "(1)");
  }

  @Test
  void columnsAndSettingsBeforeTheFormat() {
    assertInsert(
        "INSERT INTO t (a, b) SETTINGS a=1 FORMAT RowBinary\n\0\n\n\0",
        "INSERT INTO t (a, b)",
        "a=1",
        "RowBinary",
        "\0\n\n\0");
    assertInsert(
        "INSERT INTO db.t SETTINGS x='FORMAT', m={'a':'VALUES'}, y=2 VALUES (1)",
        "INSERT INTO db.t",
        "x='FORMAT', m={'a':'VALUES'}, y=2",
        "Values",
        " (1)");
  }

  @Test
  void dataBeginsAfterOneLineEnd() {
    assertInsert("INSERT INTO t FORMAT TSV \t\r\n\n1", "INSERT INTO t", "", "TSV", "\n1");
    assertInsert("INSERT INTO t FORMAT CSV 1,2", "INSERT INTO t", "", "CSV", "1,2");
    assertInsert("INSERT INTO t FORMAT CSV", "INSERT INTO t", "", "CSV", "");
  }

  @Test
  void dataIsNotReadAsSql() {
    assertInsert(
        "INSERT INTO t FORMAT TSV\n' SELECT ; /* FORMAT CSV",
        "INSERT INTO t",
        "",
        "TSV",
        "' SELECT ; /* FORMAT CSV");
  }

  @Test
  void commentsAreSkipped() {
    assertInsert(
        "-- VALUES\n/* FORMAT X */ INSERT /* ( */ INTO t -- FORMAT CSV\n (a) # SELECT\n FORMAT TSV\n1",
        "-- VALUES\n/* FORMAT X */ INSERT /* ( */ INTO t -- FORMAT CSV\n (a)",
        "",
        "TSV",
        "1");
  }

  @Test
  void quotedNamesAreNotKeywords() {
    assertInsert(
        "INSERT INTO `my db`.`FORMAT X` (`VALUES`, \"a)b\", c) FORMAT JSONEachRow {}",
        "INSERT INTO `my db`.`FORMAT X` (`VALUES`, \"a)b\", c)",
        "",
        "JSONEachRow",
        "{}");
    assertInsert(
        "INSERT INTO `a``FORMAT Y` VALUES (1)", "INSERT INTO `a``FORMAT Y`", "", "Values", " (1)");
    assertInsert(
        "INSERT INTO `a\\`FORMAT Y` VALUES (1)",
        "INSERT INTO `a\\`FORMAT Y`",
        "",
        "Values",
        " (1)");
  }

  @Test
  void tablesNamedLikeKeywords() {
    assertInsert("INSERT INTO format VALUES (1)", "INSERT INTO format", "", "Values", " (1)");
    assertInsert(
        "INSERT INTO db.values (a) VALUES (1)", "INSERT INTO db.values (a)", "", "Values", " (1)");
    assertInsert(
        "INSERT INTO TABLE select FORMAT TSV\n1", "INSERT INTO TABLE select", "", "TSV", "1");
    assertInsert("INSERT INTO table (a) VALUES (1)", "INSERT INTO table (a)", "", "Values", " (1)");
  }

  @Test
  void tableFunctionsAndColumnMatchers() {
    assertInsert(
        "INSERT INTO FUNCTION file('FORMAT TSV', 'TSV', 'a Int8') (a) VALUES (1)",
        "INSERT INTO FUNCTION file('FORMAT TSV', 'TSV', 'a Int8') (a)",
        "",
        "Values",
        " (1)");
    assertInsert(
        "INSERT INTO t (* EXCEPT(b)) VALUES (1)",
        "INSERT INTO t (* EXCEPT(b))",
        "",
        "Values",
        " (1)");
    assertInsert(
        "INSERT INTO FUNCTION file('x') PARTITION BY (a, b) VALUES (1)",
        "INSERT INTO FUNCTION file('x') PARTITION BY (a, b)",
        "",
        "Values",
        " (1)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "INSERT INTO t SELECT 1",
        "INSERT INTO t (a) SELECT 'FORMAT TSV'",
        "INSERT INTO t (SELECT 1)",
        "INSERT INTO t (a) (SELECT 1)",
        "INSERT INTO t WITH 1 AS x SELECT x",
        "INSERT INTO t FROM u SELECT *",
        "INSERT INTO t SETTINGS a=1 SELECT 1",
        "WITH 1 AS x INSERT INTO t SELECT x",
        "INSERT INTO t SELECT input FROM u FORMAT TSV",
        "CREATE TABLE t (a Int8) ENGINE = Memory",
        "DROP TABLE t SYNC",
        "SHOW TABLES FORMAT JSON",
      })
  void passesThrough(String sql) {
    Statement statement = parse(sql);
    assertThat(statement.kind(), is(Kind.OTHER));
    assertThat(statement.end(), is(sql.length()));
  }

  @Test
  void insertThroughInputHasData() {
    String sql = "INSERT INTO t SELECT a + 1 FROM input('a Int8, b String') WHERE b FORMAT CSV\n1";
    Statement statement = parse(sql);
    assertThat(statement.kind(), is(Kind.INSERT_INPUT));
    assertThat(statement.format(), is("CSV"));
    assertThat(sql.substring(statement.tail()), is("1"));
    assertThat(sql.substring(statement.inputStart()).startsWith("input("), is(true));
    assertThat(sql.substring(statement.inputArguments()).startsWith("'a Int8"), is(true));
  }

  @Test
  void insertWithoutDataYet() {
    assertThat(parse("INSERT INTO t (a)").kind(), is(Kind.INSERT_DATA));
    assertThat(parse("INSERT INTO t (a)").tail(), is(-1));
    assertThat(parse("INSERT INTO t (a) SETT").tail(), is(-1));
    assertThat(parse("INSERT INTO t ('a").tail(), is(-1));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "SELECT 1 FORMAT JSON | SELECT 1 | JSON",
        "SELECT 1 | SELECT 1 | ^^",
        "SELECT 1; | SELECT 1 | ^^",
        "SELECT 1 FORMAT JSON; | SELECT 1 | JSON",
        "SELECT 1 SETTINGS a=1 FORMAT CSV | SELECT 1 SETTINGS a=1 | CSV",
        "SELECT 1 FORMAT CSV SETTINGS a=1 | SELECT 1 | CSV",
        "SELECT ' FORMAT X' | SELECT ' FORMAT X' | ^^",
        "SELECT (SELECT 1 FORMAT X) | SELECT (SELECT 1 FORMAT X) | ^^",
        "SELECT format FROM t | SELECT format FROM t | ^^",
        "SELECT a AS format | SELECT a AS format | ^^",
        "WITH 1 AS x SELECT x FORMAT TSV | WITH 1 AS x SELECT x | TSV",
        "FROM t SELECT a | FROM t SELECT a | ^^",
        "(SELECT 1) UNION ALL SELECT 2 FORMAT TSV | (SELECT 1) UNION ALL SELECT 2 | TSV",
        "SELECT $a$ ; FORMAT X $a$ FORMAT Y | SELECT $a$ ; FORMAT X $a$ | Y",
      })
  void queries(String sql, String head, String format) {
    Statement statement = parse(sql);
    assertThat(statement.kind(), is(Kind.QUERY));
    assertThat(sql.substring(0, statement.head()).strip(), is(head));
    assertThat(statement.format(), is(format));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SELECT 1; SELECT 2 | MULTIPLE",
        "SELECT 1; -- nothing | QUERY",
        "INSERT INTO t SELECT 1; DROP TABLE t | MULTIPLE",
        "SELECT 1 INTO OUTFILE 'x' | SERVER_FILE",
        "INSERT INTO t FROM INFILE 'x' FORMAT TSV | SERVER_FILE",
        "-- nothing | EMPTY",
        "; | EMPTY",
      })
  void refusedKinds(String sql, Kind kind) {
    assertThat(parse(sql).kind(), is(kind));
  }
}
