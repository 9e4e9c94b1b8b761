package io.millrace.cli.deadletters;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class MessagePartsTest {
  private final MessageParts parts = new MessageParts();

  private String add(String id, String part, String text) {
    byte[] line = parts.add(id, part, text.getBytes(UTF_8));
    return line == null ? null : new String(line, UTF_8);
  }

  @Test
  void partsOfSeveralAreJoined() {
    assertThat(add("a", "1/2", "a1"), is(nullValue()));
    assertThat(add("b", "1/2", "b1"), is(nullValue()));
    assertThat(add("a", "2/2", "a2"), is("a1a2"));
    assertThat(parts.incomplete(), is(1));
    assertThat(add("b", "2/2", "b2"), is("b1b2"));
    assertThat(parts.incomplete(), is(0));
  }

  @Test
  void partsThatWereTooLargeAreUseless() {
    assertThat(add("a", "1/2", "long"), is(nullValue()));
    assertThat(add("a", "1/3", "l"), is(nullValue()));
    assertThat(add("a", "2/3", "o"), is(nullValue()));
    assertThat(add("a", "3/3", "ng"), is("long"));
  }

  @Test
  void aPartThatWasSentTwiceCountsOnce() {
    assertThat(add("a", "1/2", "1"), is(nullValue()));
    assertThat(add("a", "1/2", "1"), is(nullValue()));
    assertThat(add("a", "2/2", "2"), is("12"));
    assertThat(add("a", "2/2", "2"), is(nullValue()));
  }

  @Test
  void theFirstPartIsMissing() {
    assertThat(add("a", "2/2", "2"), is(nullValue()));
    assertThat(parts.incomplete(), is(1));
  }

  @Test
  void anotherForm() {
    assertThrows(IllegalArgumentException.class, () -> add("a", "2", "2"));
    assertThrows(IllegalArgumentException.class, () -> add("a", "x/y", "2"));
  }
}
