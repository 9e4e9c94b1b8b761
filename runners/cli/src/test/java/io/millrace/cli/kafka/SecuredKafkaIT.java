package io.millrace.cli.kafka;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.is;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.cli.JobGraph;
import io.millrace.cli.MillraceCommand;
import io.millrace.cli.MillraceProcess;
import io.millrace.cli.SecretSearch;
import io.millrace.local.LocalStack;
import io.millrace.local.SharedStack;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each way to connect to Kafka, with the whole pipeline. The password is in nothing that is left
 * behind.
 */
class SecuredKafkaIT {
  private static final int RECORDS = 300;
  private static final SecretSearch SECRETS = new SecretSearch(List.of(SecuredBroker.PASSWORD));
  private static final String CONTRACT = MillraceProcess.contract("query-events.yaml");

  @TempDir private static Path directory;
  private static LocalStack stack;
  private static SecuredBroker broker;

  @BeforeAll
  static void start() {
    stack = SharedStack.clean();
    broker = SecuredBroker.shared();
  }

  private static Admin superuser() {
    return Admin.create(Map.of("bootstrap.servers", broker.plaintext()));
  }

  private static String config(String name, String... parts) throws Exception {
    Path file = directory.resolve(name + ".properties");
    return Files.writeString(file, String.join("", parts)).toString();
  }

  private static String output(String database) {
    return "--output=clickhouse" + stack.clickHouse().address().substring(4) + "/" + database;
  }

  private static MillraceProcess.Result quiet(String place, MillraceProcess.Result result) {
    assertThat(SECRETS.in(place + ": stdout", result.out()), empty());
    assertThat(SECRETS.in(place + ": stderr", result.err()), empty());
    return result;
  }

  /**
   * Generates, runs and audits over one listener.
   *
   * @param noisy whether to run at the noisiest level of logs
   */
  private static void wholePipeline(String name, String servers, String config, boolean noisy)
      throws Exception {
    String topic = "kafka://" + servers + "/" + name;
    String dead = "kafka://" + servers + "/dead-" + name;
    String client = "--kafkaConfig=" + config;
    MillraceProcess.Result generated =
        quiet(
            "generate",
            MillraceCommand.run(
                "generate", "--json", "--to=" + topic, client, "--count=" + RECORDS));
    assertThat(generated.err(), generated.exitCode(), is(0));
    try (Admin admin = superuser()) {
      admin.createTopics(List.of(new NewTopic("dead-" + name, 1, (short) 1))).all().get();
    }
    String[] flags = {
      "run",
      "--json",
      "--untilCaughtUp",
      "--input=" + topic,
      output(name),
      CONTRACT,
      client,
      "--deadLetters=" + dead
    };
    MillraceProcess.Result run =
        quiet(
            "run",
            noisy
                ? MillraceProcess.run(Map.of(), List.of("-Dmillrace.log=TRACE"), flags)
                : MillraceCommand.run(flags));
    String end = run.err().substring(Math.max(0, run.err().length() - 2_000));
    assertThat(end, run.exitCode(), is(0));
    assertThat("the level is what was asked for", run.err().contains(" TRACE "), is(noisy));
    JsonNode sent = new ObjectMapper().readTree(generated.out());
    JsonNode balance = new ObjectMapper().readTree(run.out());
    assertThat(balance.path("read").asInt(), is(RECORDS));
    for (String outcome : List.of("accepted", "error", "duplicate", "late", "dead")) {
      assertThat(outcome, balance.path(outcome).asInt(), is(sent.path(outcome).asInt()));
    }
    try (Admin admin = superuser()) {
      TopicPartition partition = new TopicPartition("dead-" + name, 0);
      long letters =
          admin
              .listOffsets(Map.of(partition, OffsetSpec.latest()))
              .partitionResult(partition)
              .get()
              .offset();
      assertThat(letters, is(sent.path("dead").asLong()));
    }
    MillraceProcess.Result init =
        quiet("init", MillraceCommand.run("init", "--from=" + topic, client));
    assertThat(init.err(), init.exitCode(), is(0));
    MillraceProcess.Result audit =
        quiet(
            "audit",
            MillraceCommand.run(
                "audit",
                "--input=" + topic,
                output(name),
                CONTRACT,
                client,
                "--deadLetters=" + dead));
    assertThat(audit.err() + audit.out(), audit.exitCode(), is(0));
    searchTables(name);
    searchJobGraph(topic, name, client, dead);
  }

  private static void searchTables(String database) {
    List<String> tables =
        stack
            .clickHouse()
            .query("SELECT name FROM system.tables WHERE database = '" + database + "'")
            .lines()
            .toList();
    assertThat(tables, hasItem("sink_output"));
    for (String table : tables) {
      String rows =
          stack
              .clickHouse()
              .query("SELECT * FROM `" + database + "`.`" + table + "` FORMAT TSVRaw");
      assertThat(SECRETS.in("table " + table, rows), empty());
    }
  }

  /** The options contain the reader's settings; no checkpoint does. */
  private static void searchJobGraph(String topic, String database, String client, String dead) {
    JobGraph job =
        JobGraph.of(
            List.of(
                "--input=" + topic, output(database), CONTRACT, client, "--deadLetters=" + dead));
    assertThat(
        "what is searched holds the settings of the reader",
        new SecretSearch(List.of("security.protocol", client.substring(client.indexOf('=') + 1)))
            .in("options", job.options()),
        hasItem(containsString("(base64)")));
    assertThat(SECRETS.in("graph", job.graph()), empty());
    assertThat(SECRETS.in("options", job.options()), empty());
  }

  @Test
  void scramOverTlsWithAPrivateCa() throws Exception {
    wholePipeline(
        "scram",
        broker.login(),
        config(
            "scram",
            "security.protocol=SASL_SSL\n",
            SecuredBroker.login("SCRAM-SHA-512", "scram", broker.secret()),
            broker.trust()),
        true);
  }

  @Test
  void mutualTlsWithPem() throws Exception {
    wholePipeline(
        "pem",
        broker.mutualTls(),
        config("pem", "security.protocol=SSL\n", broker.pemIdentity(), broker.trust()),
        false);
  }

  @Test
  void mutualTlsWithPkcs12() throws Exception {
    wholePipeline(
        "pkcs12",
        broker.mutualTls(),
        config("pkcs12", "security.protocol=SSL\n", broker.pkcs12Identity(), broker.trust()),
        false);
  }

  @Test
  void clientCredentialsOfATokenEndpoint() throws Exception {
    wholePipeline(
        "oauth",
        broker.login(),
        config(
            "oauth", "security.protocol=SASL_SSL\n", broker.oauth(broker.secret()), broker.trust()),
        true);
  }

  /** The whole file is a secret, with the password as it is. */
  @Test
  void plainByASecretFile() throws Exception {
    wholePipeline(
        "plain",
        broker.plainLogin(),
        "file:"
            + config(
                "plain",
                "security.protocol=SASL_PLAINTEXT\n",
                SecuredBroker.login("PLAIN", "plain", SecuredBroker.PASSWORD)),
        false);
  }

  /** The source is in the operator state of Flink's checkpoints, its settings are not. */
  @Test
  void noSecretIsInACheckpoint() throws Exception {
    String topic = "kafka://" + broker.plainLogin() + "/checkpointed";
    String client =
        "--kafkaConfig="
            + config(
                "checkpointed",
                "security.protocol=SASL_PLAINTEXT\n",
                SecuredBroker.login("PLAIN", "plain", broker.secret()));
    MillraceProcess.Result generated =
        MillraceCommand.run("generate", "--to=" + topic, client, "--count=" + RECORDS);
    assertThat(generated.err(), generated.exitCode(), is(0));
    Path state = directory.resolve("state");
    MillraceProcess.Result run =
        MillraceCommand.run(
            "run",
            "--untilCaughtUp",
            "--state=" + state,
            "--input=" + topic,
            output("checkpointed"),
            CONTRACT,
            client);
    assertThat(run.err(), run.exitCode(), is(0));
    SecretSearch names = new SecretSearch(List.of("checkpointed"));
    List<String> found = new ArrayList<>();
    try (Stream<Path> files = Files.walk(state)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        byte[] bytes = Files.readAllBytes(file);
        assertThat(SECRETS.in(file.toString(), bytes), empty());
        found.addAll(names.in(file.getFileName().toString(), bytes));
      }
    }
    assertThat(found, hasItem(containsString("_metadata")));
  }
}
