package io.millrace.options;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.clickhouse.ClickHouseOutput;
import io.millrace.clickhouse.client.Batching;
import io.millrace.clickhouse.client.ClickHouseConfig;
import io.millrace.deadletter.DeadLetterOutputs;
import io.millrace.io.flags.ConfigException;
import io.millrace.kafka.KafkaAddress;
import io.millrace.pubsub.PubsubAddress;
import io.millrace.pubsub.PubsubEmulator;
import io.millrace.pubsub.PubsubReadConfig;
import io.millrace.security.SecretReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.kafka.common.IsolationLevel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunConfigTest {
  @TempDir private Path directory;

  private static final String CONTRACT = "--contract=../test-data/contracts/query-events.yaml";

  private static RunConfig read(String... flags) {
    return RunConfig.of(PipelineOptionsFactory.fromArgs(flags).as(MillraceOptions.class));
  }

  @Test
  void readsWhatIsGivenAndTakesTheRestFromTheContract() {
    RunConfig config =
        read(
            "--input=kafka://a:9092/t",
            "--output=clickhouse://b:8123/db?tls=true",
            CONTRACT,
            "--allowedLateness=2h",
            "--batching=state",
            "--maxBatchRows=7",
            "--clickHousePassword=env:SECRET");
    assertThat(config.contracts().get(0).time().allowedLateness(), equalTo(Duration.ofHours(2)));
    assertThat(config.contracts().get(0).time().outOfOrderness(), equalTo(Duration.ofSeconds(10)));
    ClickHouseConfig output =
        ((ClickHouseOutput) config.targets().get(0).outputs().get(0)).config();
    assertThat(output.endpoint(), equalTo("https://b:8123"));
    assertThat(output.batching().mode(), equalTo(Batching.Mode.STATE));
    assertThat(output.batching().maxRows(), equalTo(7));
    assertThat(output.password(), equalTo(SecretReference.parse("env:SECRET")));
  }

  @Test
  void reportsAllMistakesAtOnce() {
    ConfigException e =
        assertThrows(
            ConfigException.class,
            () ->
                read(
                    "--output=http://b:8123/db",
                    "--contract=none.yaml",
                    "--clickHousePassword=hunter2",
                    "--batching=heap",
                    "--maxBatchRows=0",
                    "--dedupShards=0",
                    "--dedupSlots=40000",
                    "--maxBatchAge=0s"));
    assertThat(
        e.problems(),
        contains(
            equalTo("--input is missing"),
            containsString("--output: `http://`: expected clickhouse://"),
            containsString("none.yaml: cannot be read"),
            containsString("--clickHousePassword: "),
            containsString("--maxBatchRows: expected at least 1, found 0"),
            containsString("--batching: expected state or bundle, found `heap`"),
            containsString("--maxBatchAge: expected at least 1ms"),
            containsString("--dedupShards: expected at least 1, found 0"),
            containsString("--dedupSlots: expected at most 32768, found 40000")));
    assertThat(e.getMessage().contains("hunter2"), equalTo(false));
  }

  @Test
  void readsHowASubscriptionIsRead() {
    RunConfig config =
        read(
            "--input=pubsub://my-project/events",
            "--pubsubIdAttribute=event_id",
            "--pubsubTimestampAttribute=sent_at",
            "--pubsubEmulator=127.0.0.1:8085",
            "--output=clickhouse://b:8123/db",
            CONTRACT);
    assertThat(
        config.input(),
        equalTo(
            PubsubAddress.parse("pubsub://my-project/events")
                .with(
                    new PubsubReadConfig(
                        "event_id", "sent_at", PubsubEmulator.parse("127.0.0.1:8085")))));
  }

  @Test
  void flagsOfPubsubAreForPubsubOnly() {
    ConfigException e =
        assertThrows(
            ConfigException.class,
            () ->
                read(
                    "--input=kafka://a:9092/t",
                    "--pubsubIdAttribute=event_id",
                    "--pubsubTimestampAttribute=sent_at",
                    "--pubsubEmulator=127.0.0.1:8085",
                    "--output=clickhouse://b:8123/db",
                    CONTRACT));
    assertThat(
        e.problems(),
        contains(
            containsString("--pubsubIdAttribute: only for --input=pubsub://"),
            containsString("--pubsubTimestampAttribute: only for --input=pubsub://"),
            containsString("--pubsubEmulator: only for --input=pubsub://")));
  }

  @Test
  void kafkaIsReadAtAnIsolationLevel() {
    String input = "--input=kafka://a:9092/t";
    String output = "--output=clickhouse://b:8123/db";
    assertThat(
        ((KafkaAddress) read(input, output, CONTRACT).input()).isolation(),
        equalTo(IsolationLevel.READ_COMMITTED));
    assertThat(
        ((KafkaAddress)
                read(input, output, CONTRACT, "--kafkaIsolationLevel=read_uncommitted").input())
            .isolation(),
        equalTo(IsolationLevel.READ_UNCOMMITTED));
    assertThat(
        assertThrows(
                ConfigException.class,
                () -> read(input, output, CONTRACT, "--kafkaIsolationLevel=committed"))
            .problems(),
        contains(
            "--kafkaIsolationLevel: expected read_committed or read_uncommitted, found"
                + " `committed`"));
    assertThat(
        assertThrows(
                ConfigException.class,
                () ->
                    read(
                        "--input=pubsub://my-project/events",
                        output,
                        CONTRACT,
                        "--kafkaIsolationLevel=read_committed"))
            .problems(),
        contains(containsString("--kafkaIsolationLevel: only for --input=kafka://")));
  }

  @Test
  void explainsWrongFlagsOfPubsub() {
    ConfigException e =
        assertThrows(
            ConfigException.class,
            () ->
                read(
                    "--input=pubsub://my-project/events",
                    "--pubsubIdAttribute=",
                    "--pubsubEmulator=8085",
                    "--output=clickhouse://b:8123/db",
                    CONTRACT));
    assertThat(
        e.problems(),
        contains(
            containsString("--pubsubIdAttribute: expected an attribute name"),
            containsString("--pubsubEmulator: expected host:port")));
  }

  @Test
  void beamsWriterTakesNoCaFile() {
    ConfigException e =
        assertThrows(
            ConfigException.class,
            () -> read("--clickHouseWriter=beam-io", "--clickHouseCaFile=/ca.pem"));
    assertThat(
        e.problems(),
        hasItem(
            containsString("--clickHouseCaFile: not supported with --clickHouseWriter=beam-io")));
  }

  @Test
  void beamsWriterCompressesInItsOwnWay() {
    ConfigException e =
        assertThrows(
            ConfigException.class,
            () -> read("--clickHouseWriter=beam-io", "--clickHouseCompression=zstd"));
    assertThat(
        e.problems(),
        hasItem(
            containsString(
                "--clickHouseCompression: not supported with --clickHouseWriter=beam-io")));
  }

  @Test
  void flagsMustFitTheContractsOtherBounds() {
    ConfigException e =
        assertThrows(
            ConfigException.class,
            () ->
                read(
                    "--input=file:///a/*.jsonl",
                    "--output=clickhouse://b:8123/db",
                    CONTRACT,
                    "--allowedLateness=4000d",
                    "--outOfOrderness=2d"));
    assertThat(
        e.problems(),
        contains(
            equalTo(
                "--allowedLateness: expected at most 3653d (ten years), found 4000d: the state"
                    + " keeps every identity that long"),
            equalTo(
                "../test-data/contracts/query-events.yaml: event_time.max_ahead: expected at least"
                    + " --outOfOrderness (2d), found 1d: otherwise events within the"
                    + " out-of-orderness would be dead letters")));
  }

  @Test
  void aNegativeFlagIsToldSo() {
    ConfigException e =
        assertThrows(
            ConfigException.class,
            () ->
                read(
                    "--input=s3://b/x",
                    "--output=clickhouse://b:8123/db",
                    CONTRACT,
                    "--allowedLateness=-5s"));
    assertThat(
        e.problems(),
        contains(
            equalTo(
                "--input: `s3://`: expected kafka://host:port/topic,"
                    + " pubsub://project/subscription, file:///directory/*.jsonl or"
                    + " archive+file:///directory"),
            equalTo(
                "--allowedLateness: expected a duration such as 10s, 5m, 1h or 7d, never negative;"
                    + " found `-5s`")));
  }

  @Test
  void aSecretInTheWrongPlaceIsNotRepeated() {
    ConfigException e =
        assertThrows(
            ConfigException.class,
            () ->
                read(
                    "--input=kafka://me:hunter2@a:9092/t",
                    "--output=clickhouse://b:8123/db?user=me&password=hunter2",
                    CONTRACT,
                    "--clickHouseUser=me:hunter2",
                    "--clickHousePassword=file:hunter2"));
    assertThat(
        e.problems(),
        contains(
            containsString("--input: user and password must not appear in the URL"),
            containsString("--output: user and password must not appear in the URL"),
            containsString("--clickHouseUser: expected a user name"),
            containsString("--clickHousePassword: no absolute path after `file:`")));
    assertThat(e.getMessage().contains("hunter2"), equalTo(false));
    for (String output :
        List.of("http://me:hunter2@b:8123/db", "clickhouse://b:8123/db?key=hunter2")) {
      String message =
          assertThrows(ConfigException.class, () -> read("--output=" + output)).getMessage();
      assertThat(message.contains("hunter2"), equalTo(false));
    }
  }

  @Test
  void aFileOfCertificatesThatCannotBeUsed() throws Exception {
    Path empty = Files.writeString(directory.resolve("empty.pem"), "no certificate");
    Path broken =
        Files.writeString(directory.resolve("broken.pem"), "-----BEGIN CERTIFICATE-----\nx\n");
    Path none = directory.resolve("none.pem");
    for (String[] wrong :
        new String[][] {
          {empty.toString(), empty + " contains no certificate; expected PEM"},
          {broken.toString(), broken + " contains an invalid certificate"},
          {none.toString(), none + " cannot be read (NoSuchFileException); the file must exist"},
          {"ca.pem", "expected an absolute path, the same on every worker; found `ca.pem`"},
        }) {
      ConfigException e =
          assertThrows(
              ConfigException.class,
              () ->
                  read(
                      "--input=kafka://a:9092/t",
                      "--output=clickhouse://b:8123/db",
                      CONTRACT,
                      "--clickHouseCaFile=" + wrong[0],
                      "--maxBatchRows=0"));
      assertThat(
          e.problems(),
          contains(
              equalTo("--clickHouseCaFile: only for TLS; add ?tls=true to --output"),
              containsString("--clickHouseCaFile: " + wrong[1]),
              containsString("--maxBatchRows")));
    }
  }

  @Test
  void deadLettersGoToTheTableUnlessOtherPlacesAreNamed() {
    String[] rest = {"--input=kafka://a:1/t", "--output=clickhouse://b:8123/db", CONTRACT};
    assertThat(read(rest).targets().get(0).deadLetters(), equalTo(DeadLetterOutputs.TABLE_ONLY));
    DeadLetterOutputs elsewhere =
        read(rest[0], rest[1], rest[2], "--deadLetters=kafka://a:1/dead")
            .targets()
            .get(0)
            .deadLetters();
    assertThat(elsewhere.table(), equalTo(false));
    assertThat(elsewhere.addresses(), contains("kafka://a:1/dead"));
  }

  @Test
  void mistakesInDeadLettersAreAmongTheOthers() {
    ConfigException e =
        assertThrows(
            ConfigException.class,
            () ->
                read(
                    "--input=kafka://a:1/t",
                    "--output=clickhouse://b:8123/db",
                    CONTRACT,
                    "--deadLetters=table,table,kafka://a:1/t,file:///x",
                    "--maxBatchRows=0"));
    assertThat(
        e.problems(),
        contains(
            equalTo("--deadLetters: `table` is given twice"),
            containsString("--deadLetters: `file:///x`: expected a directory"),
            containsString("--deadLetters: `kafka://a:1/t` is also the input"),
            containsString("--maxBatchRows")));
  }

  @Test
  void aContractOfABinaryFormatRefersToItsSecrets() throws Exception {
    String yaml = Files.readString(Path.of("../test-data/contracts/query-events.yaml"));
    Path contract = directory.resolve("avro.yaml");
    String format = "format: {type: avro, registry: 'https://registry:8081', registry_token: '%s'}";
    Files.writeString(
        contract, yaml.replace("format: json", format.formatted("env:REGISTRY_TOKEN")));
    String[] flags = {
      "--input=kafka://a:9092/t", "--output=clickhouse://b:8123/db", "--contract=" + contract
    };
    assertThat(
        read(flags).contracts().get(0).formatOptions().get("registry_token"),
        equalTo("env:REGISTRY_TOKEN"));

    Files.writeString(contract, yaml.replace("format: json", format.formatted("hunter2")));
    ConfigException e = assertThrows(ConfigException.class, () -> read(flags));
    assertThat(
        e.problems(),
        contains(
            allOf(
                startsWith(contract + ":"),
                endsWith(
                    ": format.registry_token: a contract must not hold a secret: not a reference to"
                        + " a secret; expected env:NAME, file:/path or"
                        + " gcp-secret:projects/PROJECT/secrets/SECRET/versions/VERSION"))));
  }
}
