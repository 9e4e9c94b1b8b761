package io.millrace.cli;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.direct.DirectDefaults;
import io.millrace.event.Clock;
import io.millrace.event.DeadLetterFactory;
import io.millrace.io.ReadTuning;
import io.millrace.kafka.KafkaAddress;
import io.millrace.kafka.KafkaPreflight;
import io.millrace.kafka.client.ClientPropertiesFlag;
import io.millrace.local.LocalStack;
import io.millrace.local.SharedStack;
import io.millrace.io.flags.FlagReader;
import io.millrace.options.MillraceOptions;
import io.millrace.options.RunConfig;
import io.millrace.pipeline.Launch;
import io.millrace.pipeline.TelemetryPipeline;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.util.construction.PipelineOptionsTranslation;
import org.apache.beam.sdk.util.construction.PipelineTranslation;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each way to connect to Kafka, with the whole pipeline, and each way to fail, before a run starts.
 * The password is in nothing that is left behind. One broker serves all.
 */
class SecuredKafkaIT {
  private static final int RECORDS = 300;
  private static final SecretSearch SECRETS = new SecretSearch(List.of(SecuredBroker.PASSWORD));
  private static final String CONTRACT = MillraceProcess.contract("query-events.yaml");

  @TempDir private static Path directory;
  private static LocalStack stack;
  private static SecuredBroker broker;

  @BeforeAll
  static void start() throws Exception {
    stack = SharedStack.clean();
    broker = SecuredBroker.start(directory.resolve("secured"));
    try (Admin admin = superuser()) {
      admin
          .createTopics(
              List.of(
                  new NewTopic("events", 1, (short) 1),
                  new NewTopic("dead", 1, (short) 1)))
          .all()
          .get();
      admin
          .createAcls(
              List.of(
                  allow("reader", ResourceType.TOPIC, "events", AclOperation.READ),
                  allow("reader", ResourceType.TOPIC, "dead", AclOperation.DESCRIBE),
                  allow("reader", ResourceType.GROUP, "readers", AclOperation.READ),
                  allow("describer", ResourceType.GROUP, "readers", AclOperation.DESCRIBE),
                  allow("describer", ResourceType.TOPIC, "events", AclOperation.DESCRIBE)))
          .all()
          .get();
    }
  }

  @AfterAll
  static void stop() {
    if (broker != null) {
      broker.close();
    }
  }

  private static Admin superuser() {
    return Admin.create(Map.of("bootstrap.servers", broker.plaintext()));
  }

  private static AclBinding allow(
      String user, ResourceType type, String name, AclOperation operation) {
    return new AclBinding(
        new ResourcePattern(type, name, PatternType.LITERAL),
        new AccessControlEntry("User:" + user, "*", operation, AclPermissionType.ALLOW));
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
          stack.clickHouse().query("SELECT * FROM `" + database + "`.`" + table + "` FORMAT TSVRaw");
      assertThat(SECRETS.in("table " + table, rows), empty());
    }
  }

  /** The graph contains the reader that a checkpoint of its source contains. */
  private static void searchJobGraph(String topic, String database, String client, String dead) {
    MillraceOptions options =
        Launch.parse(
            DirectDefaults.addTo(
                List.of(
                    "--input=" + topic,
                    output(database),
                    CONTRACT,
                    client,
                    "--deadLetters=" + dead)));
    RunConfig config = RunConfig.of(options);
    DeadLetterFactory deadLetters =
        DeadLetterFactory.of(config.contract(), "millrace", Clock.system());
    Pipeline pipeline = Pipeline.create(options);
    TelemetryPipeline.build(
        pipeline,
        config.input().open(config.contract(), Clock.system(), ReadTuning.NONE),
        config.contract(),
        config.sinks().open(deadLetters, Clock.system()),
        deadLetters,
        new TelemetryPipeline.Spread(2, 256, 1),
        Clock.system());
    byte[] graph = PipelineTranslation.toProto(pipeline).toByteArray();
    assertThat(
        "what is searched holds the settings",
        new SecretSearch(List.of("security.protocol", "millrace.kafkaConfig")).in("graph", graph),
        not(empty()));
    assertThat(SECRETS.in("graph", graph), empty());
    assertThat(
        SECRETS.in("options", PipelineOptionsTranslation.toProto(options).toByteArray()), empty());
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
            "oauth",
            "security.protocol=SASL_SSL\n",
            broker.oauth(broker.secret()),
            broker.trust()),
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

  private record Failing(String servers, String config, String expected) {}

  private static String scram(String user) {
    return SecuredBroker.login("SCRAM-SHA-512", user, broker.secret());
  }

  @Test
  void aFailureNamesCauseAndRemedyBeforeTheStart() throws Exception {
    Path wrong = Files.writeString(directory.resolve("wrong"), "hunter2");
    String sasl = "security.protocol=SASL_SSL\n" + broker.trust();
    String ssl = "security.protocol=SSL\n" + broker.trust();
    List<Failing> cases =
        List.of(
            new Failing(
                broker.login(),
                sasl + SecuredBroker.login("SCRAM-SHA-512", "scram", "${file:" + wrong + "}"),
                "the broker rejected the login (sasl.mechanism SCRAM-SHA-512): check user and"),
            new Failing(
                broker.plainLogin(),
                "security.protocol=SASL_PLAINTEXT\n"
                    + SecuredBroker.login("PLAIN", "plain", "${file:" + wrong + "}"),
                "the broker rejected the login (sasl.mechanism PLAIN): check user and password"),
            new Failing(
                broker.login(),
                "security.protocol=SASL_SSL\n" + broker.wrongTrust() + scram("scram"),
                "the broker's certificate is not trusted, because its issuer is not in the trust"),
            new Failing(
                broker.login(),
                "security.protocol=SASL_SSL\n" + scram("scram"),
                "is not trusted, because its issuer is not in the JDK's trust store: set ssl."),
            new Failing(
                broker.otherHost(), ssl, "the broker's certificate is for another host name"),
            new Failing(
                broker.mutualTls(), ssl, "rejected the client's certificate, or requires one"),
            new Failing(
                broker.login(),
                "client.id=c\n",
                broker.login() + " uses TLS: set security.protocol=SSL or SASL_SSL in --kafkaConfig"),
            new Failing(
                broker.plaintext(), ssl, "the listener does not use TLS: set security.protocol="),
            new Failing(
                broker.plaintext(),
                sasl + scram("scram"),
                "the listener does not use TLS: set security.protocol="),
            new Failing(
                broker.plaintext(),
                "security.protocol=SASL_PLAINTEXT\n" + scram("scram"),
                "the listener has no login (SASL): set security.protocol=PLAINTEXT"),
            new Failing(
                broker.plainLogin(),
                "client.id=c\n",
                broker.plainLogin() + " requires a login (SASL): set security.protocol="),
            new Failing(
                broker.login(), ssl, "accepts TLS but does not answer: the listener probably"),
            new Failing(
                broker.plainLogin(),
                "security.protocol=SASL_PLAINTEXT\n" + scram("scram"),
                "sasl.mechanism SCRAM-SHA-512 is not enabled at the listener (enabled: PLAIN)"),
            new Failing(
                broker.login(),
                sasl + broker.oauth("${file:" + wrong + "}"),
                "the login module (sasl.mechanism OAUTHBEARER) failed before it reached the broker"),
            new Failing(
                broker.login(),
                sasl + SecuredBroker.login("PLAIN", "plain", "${env:NOT_SET_HERE}"),
                "secret env:NOT_SET_HERE: the environment variable is not set"),
            new Failing(
                broker.login(),
                sasl + "sasl.login.callback.handler.class=no.such.Handler\n" + scram("scram"),
                "a class in --kafkaConfig is missing on the class path; add the jar"),
            new Failing(
                broker.login(),
                sasl + scram("nobody"),
                "topic `events`: this user has no permission to see it: grant READ and DESCRIBE"),
            new Failing(
                broker.login(),
                sasl + scram("describer"),
                "topic `events`: this user has no permission to read it: grant READ on the topic"),
            new Failing(
                broker.login(),
                sasl + scram("reader"),
                "dead-letter topic `dead`: this user has no permission to write to it: grant WRITE"));
    List<String> wrongLines = new ArrayList<>();
    for (Failing failing : cases) {
      MillraceProcess.Result checked =
          quiet(
              "check",
              MillraceCommand.run(
                  "check",
                  "--input=kafka://" + failing.servers() + "/events",
                  output("checked"),
                  CONTRACT,
                  "--kafkaConfig=" + config("failing", failing.config()),
                  "--deadLetters=kafka://" + failing.servers() + "/dead"));
      boolean named =
          checked.errLines().stream()
              .anyMatch(line -> line.startsWith("millrace: ") && line.contains(failing.expected()));
      if (checked.exitCode() != 2 || !named || checked.err().contains("hunter2")) {
        wrongLines.add(failing.expected() + "\n  but: " + checked.err());
      }
    }
    assertThat(String.join("\n", wrongLines), wrongLines, empty());
  }

  @Test
  void aMissingRightOnAGroupIsNamed() throws Exception {
    assertThat(group("reader"), empty());
    assertThat(
        group("describer"),
        contains(
            "consumer group `readers`: this user has no permission to commit to it: grant READ on"
                + " the group"));
    assertThat(
        group("nobody"),
        contains(
            "consumer group `readers`: this user has no permission to see it: grant READ and"
                + " DESCRIBE on the group"));
  }

  private static List<String> group(String user) throws Exception {
    String file =
        config("group", "security.protocol=SASL_SSL\n", broker.trust(), scram(user));
    FlagReader flags = new FlagReader(PipelineOptionsFactory.create());
    return KafkaPreflight.checkGroup(
        KafkaAddress.parse("kafka://" + broker.login() + "/events")
            .withClient(ClientPropertiesFlag.read("kafkaConfig", file, broker.login(), flags)),
        "readers");
  }
}
