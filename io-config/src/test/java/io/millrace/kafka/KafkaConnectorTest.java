package io.millrace.kafka;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;

import io.millrace.io.flags.FlagReader;
import java.util.List;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.jupiter.api.Test;

class KafkaConnectorTest {
  private static final String KAFKA_IO = "--kafkaReader=kafkaio";
  private static final String JOB = "--jobName=job";

  private static FlagReader flags(String... args) {
    return new FlagReader(PipelineOptionsFactory.fromArgs(args).create());
  }

  private static KafkaAddress configured(FlagReader flags, String input) {
    KafkaConnector connector = new KafkaConnector();
    return (KafkaAddress) connector.configure(connector.parseInput(input), flags);
  }

  private static String group(String... args) {
    FlagReader flags = flags(args);
    String group = configured(flags, "kafka://a:9092/t").choice().group();
    assertThat(flags.problems(), empty());
    return group;
  }

  @Test
  void offsetsAreCommittedToTheJobsGroupUnlessAFlagSaysOtherwise() {
    assertThat(group(JOB), equalTo("job"));
    assertThat(group(JOB, "--consumerGroup=other"), equalTo("other"));
    assertThat(group(JOB, "--consumerGroup=none"), equalTo(""));
    assertThat(group(JOB, KAFKA_IO), equalTo(""));
  }

  @Test
  void patternsGoTogetherWithSettingsOfTheClients() {
    FlagReader flags = flags("--kafkaConfig=env:KAFKA_CONFIG");
    KafkaAddress address = configured(flags, "kafka://a:9092/t.*,{b,c}");
    assertThat(flags.problems(), empty());
    assertThat(address.topics(), equalTo(List.of("t.*", "{b,c}")));
    assertThat(address.client().toString(), equalTo("env:KAFKA_CONFIG"));
    KafkaAddress excluding =
        (KafkaAddress) address.withoutDeadLetters(List.of("kafka://a:9092/t.dead"));
    assertThat(excluding.client(), equalTo(address.client()));
    assertThat(excluding.choice(), equalTo(address.choice()));
  }

  @Test
  void kafkaIoHasNeitherPatternsNorAGroup() {
    FlagReader flags = flags(KAFKA_IO, "--startFrom=latest", "--consumerGroup=other");
    KafkaAddress unused = configured(flags, "kafka://a:9092/t.*");
    assertThat(
        flags.problems(),
        contains(
            "--startFrom: needs --kafkaReader=millrace; leave it out",
            "--consumerGroup: needs --kafkaReader=millrace; leave it out",
            "--input: a pattern of topics needs --kafkaReader=millrace; name each topic instead"));
  }
}
