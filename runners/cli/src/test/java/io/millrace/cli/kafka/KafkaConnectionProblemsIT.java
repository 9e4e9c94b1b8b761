package io.millrace.cli.kafka;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;

import io.millrace.cli.MillraceCommand;
import io.millrace.cli.MillraceProcess;
import io.millrace.cli.SecretSearch;
import io.millrace.io.flags.FlagReader;
import io.millrace.kafka.KafkaAddress;
import io.millrace.kafka.KafkaPreflight;
import io.millrace.kafka.client.ClientPropertiesFlag;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each way to fail to connect to Kafka, before a run starts. */
class KafkaConnectionProblemsIT {
  private static final SecretSearch SECRETS = new SecretSearch(List.of(SecuredBroker.PASSWORD));
  private static final String CONTRACT = MillraceProcess.contract("query-events.yaml");

  @TempDir private static Path directory;
  private static SecuredBroker broker;

  @BeforeAll
  static void start() throws Exception {
    broker = SecuredBroker.shared();
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.plaintext()))) {
      admin
          .createTopics(
              List.of(new NewTopic("events", 1, (short) 1), new NewTopic("dead", 1, (short) 1)))
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
      // The first question for a group creates the topic of the groups' offsets.
      admin.describeConsumerGroups(List.of("readers")).all().get();
    }
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
                broker.login()
                    + " uses TLS: set security.protocol=SSL or SASL_SSL in --kafkaConfig"),
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
          MillraceCommand.run(
              "check",
              "--input=kafka://" + failing.servers() + "/events",
              // Not there: it is another problem.
              "--output=clickhouse://127.0.0.1:1/checked",
              CONTRACT,
              "--kafkaConfig=" + config("failing", failing.config()),
              failing.expected().startsWith("dead-letter")
                  ? "--deadLetters=kafka://" + failing.servers() + "/dead"
                  : "--deadLetters=table");
      assertThat(SECRETS.in("stderr", checked.err() + checked.out()), empty());
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
  void generateSaysTheSame() throws Exception {
    Path wrong = Files.writeString(directory.resolve("wrong-to"), "hunter2");
    Path config =
        Files.writeString(
            directory.resolve("generate.properties"),
            "security.protocol=SASL_PLAINTEXT\n"
                + SecuredBroker.login("PLAIN", "plain", "${file:" + wrong + "}"));
    MillraceProcess.Result sent =
        MillraceCommand.run(
            "generate",
            "--to=kafka://" + broker.plainLogin() + "/unsent",
            "--kafkaConfig=" + config,
            "--count=1");
    assertThat(sent.exitCode(), is(2));
    assertThat(
        sent.errLines().get(sent.errLines().size() - 1),
        is(
            "millrace: cannot connect to Kafka at "
                + broker.plainLogin()
                + ": the broker rejected the login (sasl.mechanism PLAIN): check user and password,"
                + " or the token, in sasl.jaas.config of --kafkaConfig"));
  }

  @Test
  void aMissingRightOnAGroupIsNamed() throws Exception {
    assertThat(group("reader"), empty());
    assertThat(
        group("describer"),
        contains(
            "consumer group `readers`: this user has no permission to commit to it: grant READ on"
                + " the group, or commit nothing with --consumerGroup=none"));
    assertThat(
        group("nobody"),
        contains(
            "consumer group `readers`: this user has no permission to see it: grant READ and"
                + " DESCRIBE on the group, or commit nothing with --consumerGroup=none"));
  }

  private static List<String> group(String user) throws Exception {
    String file = config("group", "security.protocol=SASL_SSL\n", broker.trust(), scram(user));
    FlagReader flags = new FlagReader(PipelineOptionsFactory.create());
    return KafkaPreflight.checkGroup(
        KafkaAddress.parse("kafka://" + broker.login() + "/events")
            .withClient(ClientPropertiesFlag.read("kafkaConfig", file, broker.login(), flags)),
        "readers");
  }
}
