package io.millrace.connectors;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;

import io.millrace.deadletter.DeadLetterOptions;
import io.millrace.deadletter.DeadLetterOutputs;
import io.millrace.io.flags.FlagReader;
import io.millrace.kafka.KafkaTopicCheck;
import java.util.List;
import java.util.Set;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.acl.AclOperation;
import org.junit.jupiter.api.Test;

class DeadLetterOutputsTest {
  private List<String> problems = List.of();

  private DeadLetterOutputs parse(String text) {
    PipelineOptions options = PipelineOptionsFactory.create();
    options.as(DeadLetterOptions.class).setDeadLetters(text);
    FlagReader flags = new FlagReader(options);
    DeadLetterOutputs places =
        DeadLetterOutputs.parse(Connectors.ALL.forDeadLetters(), null, flags);
    problems =
        flags.problems().stream().map(line -> line.replaceFirst("^--deadLetters: ", "")).toList();
    return places;
  }

  @Test
  void theTableAlone() {
    assertThat(parse("table"), is(DeadLetterOutputs.TABLE_ONLY));
    assertThat(problems, empty());
  }

  @Test
  void severalPlacesOneOfThemWithSeveralBrokers() {
    DeadLetterOutputs places =
        parse(
            "kafka://a:1,b:2/dead,table,file:///var/dead/,pubsub://some-project/dead,kafka://c:3/d");
    assertThat(problems, empty());
    assertThat(places.table(), is(true));
    assertThat(
        places.addresses(),
        contains(
            "kafka://a:1,b:2/dead",
            "file:///var/dead/",
            "pubsub://some-project/dead",
            "kafka://c:3/d"));
  }

  @Test
  void withoutTheTable() {
    assertThat(parse("kafka://a:1/dead").table(), is(false));
  }

  @Test
  void everyMistakeIsToldAndNoPassword() {
    DeadLetterOutputs unused =
        parse(
            "table,table,,kafka://a:1/dead,kafka://a:1/dead,kafka://a/t,kafka://a:1/x,y,"
                + "file:///no-slash,pubsub://p/t,pubsub://a:hunter2@some-project/t,amqp://user:hunter2@host/q");
    assertThat(
        problems,
        contains(
            is("`table` is given twice"),
            containsString("not a URL: expected table, kafka://host:port/topic"),
            is("`kafka://a:1/dead` is given twice"),
            containsString("`a` is not host:port"),
            containsString("`kafka://a:1/x,y`: expected one topic, found 2"),
            containsString("expected a directory with a trailing slash: file:///directory/"),
            containsString("`pubsub://p/t`: expected pubsub://project/topic"),
            containsString("user and password must not appear in the URL"),
            containsString("`amqp://`: expected table, ")));
    assertThat(String.join("", problems).contains("hunter2"), is(false));
  }

  private boolean readBy(String place, String input) {
    return parse(place).outputs().get(0).isReadBy(Connectors.ALL.input(input));
  }

  @Test
  void whatIsReadByTheSameRunIsNoPlace() {
    assertThat(readBy("kafka://a:1/t", "kafka://b:1,a:1/s,t"), is(true));
    assertThat(readBy("kafka://a:1/t", "kafka://a:1/s"), is(false));
    assertThat(readBy("kafka://a:1/t", "kafka://b:1/t"), is(false));
    assertThat(readBy("kafka://a:1/t", "file:///a/t"), is(false));
    assertThat(readBy("file:///a/b/", "file:///a/b/*.jsonl"), is(true));
    assertThat(readBy("file:///a/b/", "file:///a/**/*.jsonl"), is(true));
    assertThat(readBy("file:///a/b/", "file:///a/*.jsonl"), is(false));
    assertThat(readBy("file:///a/b/", "kafka://a:1/t"), is(false));
  }

  @Test
  void aTopicThatMayNotBeWrittenIsAProblem() {
    assertThat(
        KafkaTopicCheck.rights("t", Set.of(AclOperation.DESCRIBE)),
        contains(containsString("topic `t`: this user has no permission to write to it")));
    assertThat(KafkaTopicCheck.rights("t", Set.of(AclOperation.WRITE)), empty());
    assertThat(KafkaTopicCheck.rights("t", null), empty());
  }

  @Test
  void aTopicThatIsCompactedOrTakesNextToNothingIsAProblem() {
    Config settings =
        new Config(
            List.of(
                new ConfigEntry("cleanup.policy", "compact,delete"),
                new ConfigEntry("max.message.bytes", "2000")));
    assertThat(
        KafkaTopicCheck.settings("t", settings),
        contains(
            containsString("it is compacted"), containsString("its max.message.bytes is 2000")));
    assertThat(KafkaTopicCheck.settings("t", null), empty());
  }
}
