package io.millrace.kafka.read;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopicFilterTest {
  private static final List<String> EXISTING =
      List.of(
          "gds.metrics.a.production",
          "gds.metrics.b.test",
          "gdsXmetrics.c.production",
          "dead",
          "__consumer_offsets",
          "x1",
          "x22",
          "y1");

  @Test
  void aPatternMatchesWholeNames() {
    assertThat(
        TopicFilter.parse("gds.metrics.*.production").of(EXISTING),
        contains("gds.metrics.a.production"));
    assertThat(TopicFilter.parse("x?").of(EXISTING), contains("x1"));
    assertThat(TopicFilter.parse("{x,y}*").of(EXISTING), contains("x1", "x22", "y1"));
  }

  @Test
  void aListMixesNamesAndPatterns() {
    TopicFilter filter = TopicFilter.parse("dead,{x,y}1,absent");
    assertThat(filter.expressions(), equalTo(List.of("dead", "{x,y}1", "absent")));
    assertThat(filter.names(), equalTo(List.of("dead", "absent")));
    assertThat(filter.of(EXISTING), contains("absent", "dead", "x1", "y1"));
    assertThat(filter.hasPatterns(), is(true));
  }

  @Test
  void noPatternMatchesInternalOrExcludedTopics() {
    TopicFilter all = TopicFilter.parse("*").excluding(List.of("dead"));
    assertThat(
        all.of(EXISTING),
        equalTo(
            Set.of(
                "gds.metrics.a.production",
                "gds.metrics.b.test",
                "gdsXmetrics.c.production",
                "x1",
                "x22",
                "y1")));
    assertThat(TopicFilter.parse("dead").excluding(List.of("dead")).of(EXISTING), contains("dead"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a,,b", "a b", "{a", "a}", "{{a}}", "a/b", "ä"})
  void anInvalidListIsRefused(String list) {
    Exception e = assertThrows(IllegalArgumentException.class, () -> TopicFilter.parse(list));
    assertThat(e.getMessage(), containsString("is not a valid topic name"));
  }
}
