package io.millrace.config;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class SinkAddressTest {
  private static String mistake(String text) {
    return assertThrows(IllegalArgumentException.class, () -> SinkAddress.parseAll(text))
        .getMessage();
  }

  @Test
  void severalInTheirOrder() {
    assertThat(
        SinkAddress.parseAll("clickhouse://a:8123/one,clickhouse://b:8443/two?tls=true").stream()
            .map(Object::toString)
            .toList(),
        contains("clickhouse://a:8123/one", "clickhouse://b:8443/two?tls=true"));
  }

  @Test
  void theSamePlaceTwice() {
    assertThat(
        mistake("clickhouse://a:8123/one,clickhouse://b:1/x,clickhouse://a:8123/one"),
        is("`clickhouse://a:8123/one` is there twice"));
  }

  @Test
  void anEmptyPart() {
    for (String text :
        new String[] {
          "clickhouse://a:8123/one,",
          ",clickhouse://a:8123/one",
          "clickhouse://a:8123/one,,clickhouse://b:8123/one"
        }) {
      assertThat(mistake(text), containsString("``: expected clickhouse://host:port/database"));
    }
  }

  @Test
  void anUnknownSchemeIsNamedAndNothingBehindIt() {
    String mistake = mistake("clickhouse://a:8123/one,mysql://user:hunter2@host/db");
    assertThat(mistake, containsString("`mysql://`: expected "));
    assertThat(mistake.contains("hunter2"), is(false));
  }
}
