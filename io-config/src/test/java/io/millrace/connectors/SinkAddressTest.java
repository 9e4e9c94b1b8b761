package io.millrace.connectors;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.clickhouse.client.ClickHouseAddress;
import org.junit.jupiter.api.Test;

class SinkAddressTest {
  private static final String EXPECTED =
      "not a URL: expected clickhouse://host:port/database[?tls=true],"
          + " bigquery://project/dataset or archive+file:///directory";

  private static String mistake(String text) {
    return assertThrows(IllegalArgumentException.class, () -> Connectors.ALL.outputs(text))
        .getMessage();
  }

  @Test
  void severalInTheirOrder() {
    assertThat(
        Connectors.ALL.outputs("clickhouse://a:8123/one,clickhouse://b:8443/two?tls=true").stream()
            .map(Object::toString)
            .toList(),
        contains("clickhouse://a:8123/one", "clickhouse://b:8443/two?tls=true"));
  }

  @Test
  void aDatabaseMayHaveDashes() {
    assertThat(
        Connectors.ALL.outputs("clickhouse://a:8123/my-db?tls=true"),
        contains(new ClickHouseAddress("https://a:8123", "my-db")));
  }

  @Test
  void whatADatabaseCannotHoldIsNamed() {
    String expected = "`; expected letters (a to z), digits, _ and -";
    assertThat(
        mistake("clickhouse://a:8123/my.db"),
        is("`clickhouse://a:8123/my.db`: the database name cannot contain `." + expected));
    assertThat(
        mistake("clickhouse://a:8123/db/"),
        is("`clickhouse://a:8123/db/`: the database name cannot contain `/" + expected));
    assertThat(
        mistake("clickhouse://a:8123/"),
        is("`clickhouse://a:8123/`: expected clickhouse://host:port/database[?tls=true]"));
  }

  @Test
  void theSamePlaceTwice() {
    assertThat(
        mistake("clickhouse://a:8123/one,clickhouse://b:1/x,clickhouse://a:8123/one"),
        is("`clickhouse://a:8123/one` is given twice"));
  }

  @Test
  void anEmptyPart() {
    for (String text :
        new String[] {
          "clickhouse://a:8123/one,",
          ",clickhouse://a:8123/one",
          "clickhouse://a:8123/one,,clickhouse://b:8123/one"
        }) {
      assertThat(mistake(text), is(EXPECTED));
    }
  }

  @Test
  void anUnknownSchemeIsNamedAndNothingBehindIt() {
    String mistake = mistake("clickhouse://a:8123/one,mysql://host/db/hunter2");
    assertThat(mistake, containsString("`mysql://`: expected "));
    assertThat(mistake.contains("hunter2"), is(false));
  }

  @Test
  void everyMistakeIsNamed() {
    assertThat(
        mistake("mysql://host/db,clickhouse://a:x/db"),
        is(
            "`mysql://`: expected clickhouse://host:port/database[?tls=true],"
                + " bigquery://project/dataset or archive+file:///directory; `clickhouse://a:x/db`: `x` is not a port"));
  }

  @Test
  void nothingIsRepeatedOfAUrlWithAPassword() {
    for (String text :
        new String[] {
          "user:hunter2@host:8123/db",
          "clickhouse:/user:hunter2@host:8123/db",
          "clickhouse://u:hunt,er2@host:8123/db",
          "mysql://user:hunter2@host/db",
          "clickhouse://host:8123/db?password=hunter2",
        }) {
      String mistake = mistake(text);
      assertThat(mistake, containsString("must not appear in the URL"));
      assertThat(mistake.contains("hunt"), is(false));
    }
    assertThat(mistake("hunter2"), is(EXPECTED));
  }
}
