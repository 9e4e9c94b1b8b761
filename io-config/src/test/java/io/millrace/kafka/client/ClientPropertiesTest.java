package io.millrace.kafka.client;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasEntry;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.sameInstance;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.io.flags.FlagReader;
import io.millrace.kafka.client.ClientProperties.Client;
import io.millrace.security.SecretReference;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.common.security.JaasContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientPropertiesTest {
  private static final String SECRET = "pw-\"quoted\"\\and'more";
  private static final String SCRAM =
      "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"u\"";

  @TempDir private Path directory;

  private static PropertiesFile parse(String... lines) {
    return PropertiesFile.parse(String.join("\n", lines), false, Set.of("a:9092", "b:9092"));
  }

  private ClientProperties read(String text, List<String> problems) throws IOException {
    FlagReader flags = new FlagReader(PipelineOptionsFactory.create());
    Path file = Files.writeString(directory.resolve("client.properties"), text);
    ClientProperties read =
        ClientPropertiesFlag.read("kafkaConfig", file.toString(), "a:9092", flags);
    problems.addAll(flags.problems());
    return read;
  }

  @Test
  void takesTheFilesOfManagedClusters() {
    PropertiesFile confluent =
        parse(
            "# Required connection configs for Kafka producer, consumer, and admin",
            "bootstrap.servers=a:9092",
            "security.protocol=SASL_SSL",
            "sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required"
                + " username='KEY' password='${env:CLUSTER_SECRET}';",
            "sasl.mechanism=PLAIN",
            "client.dns.lookup=use_all_dns_ips",
            "session.timeout.ms=45000",
            "acks=all",
            "schema.registry.url=https://registry",
            "basic.auth.credentials.source=USER_INFO",
            "basic.auth.user.info=${env:REGISTRY}");
    assertThat(confluent.problems(), empty());
    assertThat(
        confluent.values().keySet(),
        contains(
            "client.dns.lookup",
            "sasl.jaas.config",
            "sasl.mechanism",
            "security.protocol",
            "session.timeout.ms"));
    PropertiesFile msk =
        parse(
            "security.protocol=SASL_SSL",
            "sasl.mechanism=AWS_MSK_IAM",
            "sasl.jaas.config=software.amazon.msk.auth.iam.IAMLoginModule required;",
            "sasl.client.callback.handler.class="
                + "software.amazon.msk.auth.iam.IAMClientCallbackHandler");
    assertThat(msk.problems(), empty());
    PropertiesFile aiven =
        parse(
            "security.protocol=SSL",
            "ssl.keystore.type=PKCS12",
            "ssl.keystore.location=/etc/client.keystore.p12",
            "ssl.keystore.password=file:/run/keystore-password",
            "ssl.key.password=${file:/run/keystore-password}",
            "ssl.truststore.location=/etc/client.truststore.jks",
            "ssl.truststore.password=env:TRUST",
            "ssl.truststore.certificates=-----BEGIN CERTIFICATE----- x -----END CERTIFICATE-----");
    assertThat(aiven.problems(), empty());
    assertThat(aiven.values(), hasEntry("ssl.keystore.password", "${file:/run/keystore-password}"));
  }

  @Test
  void reportsAllProblemsAtOnceAndQuotesNoValue() {
    PropertiesFile file =
        parse(
            "bootstrap.servers=c:9092",
            "key.deserializer=org.apache.kafka.common.serialization.StringDeserializer",
            "enable.auto.commit=true",
            "auto.offset.reset=latest",
            "group.id=mine",
            "isolation.level=read_committed",
            "interceptor.classes=x.Y",
            "config.providers=env",
            "config.providers.env.class=x.Y",
            "security.protocol=SASL_SLS",
            "sasl.mechanisms=PLAIN",
            "request.timeout.ms=soon",
            "ssl.keystore.password=hunter2",
            "sasl.jaas.config=" + SCRAM + " password=\"hunter2\";",
            "MIIEvQIBADANBgkqhkiG9w0BAQEFAAhunter2");
    String all = String.join("\n", file.problems());
    assertThat(all, not(containsString("hunter2")));
    assertThat(
        file.problems(),
        contains(
            startsWith("a line (not shown): unknown to Kafka's client"),
            startsWith("auto.offset.reset: Millrace sets this property: use --startFrom"),
            startsWith("bootstrap.servers: other brokers than in the URL"),
            startsWith("config.providers: Millrace sets this property: Millrace resolves"),
            startsWith("config.providers.env.class: "),
            startsWith("enable.auto.commit: Millrace sets this property: offsets count"),
            equalTo("group.id: Millrace sets this property: use --consumerGroup"),
            startsWith("interceptor.classes: "),
            equalTo("isolation.level: Millrace sets this property: use --kafkaIsolationLevel"),
            startsWith("key.deserializer: Millrace sets this property: Millrace decodes"),
            startsWith("request.timeout.ms: invalid value; expected [0,...]"),
            startsWith(
                "sasl.jaas.config: option password contains a literal secret: write"
                    + " password=\"${env:NAME}\""),
            startsWith("sasl.mechanisms: unknown to Kafka's client"),
            startsWith("security.protocol: invalid value; expected (case insensitive) [SASL_SSL"),
            startsWith("ssl.keystore.password: contains a literal secret: write ${env:NAME}")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sasl.jaas.config=x.Y required password=hunter2;",
        "sasl.jaas.config=x.Y required password=\"a${env:hunter2\";",
        "sasl.jaas.config=x.Y required password=${env:A};",
        "sasl.jaas.config=x.Y required password=hunter2 more;",
        "sasl.jaas.config=x.Y required clientSecret=\"${hunter2}\";",
        "sasl.jaas.config=x.Y required awsRoleSessionToken=\"hunter2\";",
        "sasl.jaas.config=hunter2",
        "ssl.keystore.key=hunter2",
        "ssl.key.password=${env:A}hunter2",
        "basic.auth.user.info=me:hunter2",
        "client.id=env:CLIENT"
      })
  void refusesByTheNameOfTheProperty(String line) {
    PropertiesFile file = parse("security.protocol=SASL_SSL", "sasl.mechanism=PLAIN", line);
    assertThat(file.problems().size(), equalTo(1));
    assertThat(file.problems().get(0), startsWith(line.substring(0, line.indexOf('=')) + ": "));
    assertThat(file.problems().get(0), not(containsString("hunter2")));
  }

  @Test
  void noticesALoginAndCertificatesWithoutEffect() {
    assertThat(
        parse("sasl.mechanism=PLAIN", "ssl.truststore.location=/ca.jks").problems(),
        contains(
            startsWith("security.protocol: PLAINTEXT does not log in, but there is a login"),
            startsWith("security.protocol: PLAINTEXT does not use TLS, but there are certif")));
    assertThat(
        parse("security.protocol=SASL_SSL", "sasl.jaas.config=" + SCRAM + " password='${env:A}';")
            .problems(),
        contains(startsWith("sasl.mechanism: missing, and Kafka's default is GSSAPI")));
  }

  @Test
  void keepsReferencesInTheJobGraphAndResolvesThemForAClient() throws Exception {
    Path secret = Files.writeString(directory.resolve("secret"), SECRET + "\n");
    List<String> problems = new ArrayList<>();
    ClientProperties client =
        read(
            "security.protocol=SASL_SSL\nsasl.mechanism=SCRAM-SHA-512\nacks=all\nlinger.ms=5\n"
                + ("sasl.jaas.config=" + SCRAM + " password=\"${file:" + secret + "}\";\n")
                + ("ssl.keystore.password=file:" + secret + "\n"),
            problems);
    assertThat(problems, empty());
    Map<String, Object> graph = client.unresolved();
    assertThat(graph.toString(), containsString("${file:" + secret + "}"));
    assertThat(graph.toString(), not(containsString("pw-")));
    assertThat(graph, not(hasKey("linger.ms")));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(client);
    }
    assertThat(bytes.toString(StandardCharsets.ISO_8859_1), not(containsString("pw-")));

    Map<String, Object> consumer = ClientProperties.resolve(graph);
    assertThat(consumer.get("ssl.keystore.password"), equalTo(SECRET));
    assertThat(consumer, equalTo(client.resolved(Client.CONSUMER)));
    // Kafka's own parser reads the very password.
    Map<String, Object> jaas =
        Map.of("sasl.jaas.config", new Password(consumer.get("sasl.jaas.config").toString()));
    assertThat(
        JaasContext.loadClientContext(jaas)
            .configurationEntries()
            .get(0)
            .getOptions()
            .get("password"),
        equalTo(SECRET));
    assertThat(client.resolved(Client.PRODUCER), hasEntry("linger.ms", "5"));
    assertThat(client.resolved(Client.PRODUCER), not(hasKey("acks")));
    assertThat(client.resolved(Client.ADMIN), not(hasKey("linger.ms")));

    Files.writeString(secret, "rotated");
    assertThat(client.resolved(Client.ADMIN).get("ssl.keystore.password"), equalTo("rotated"));
    Files.delete(secret);
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> client.resolved(Client.ADMIN));
    assertThat(e.getMessage(), containsString("secret file:" + secret + ": cannot be read"));
  }

  @Test
  void keepsASecretFileOutOfTheJobGraph() throws Exception {
    Path file =
        Files.writeString(
            directory.resolve("secret.properties"),
            "security.protocol=SASL_SSL\nsasl.mechanism=PLAIN\nsasl.jaas.config="
                + SCRAM
                + " password=\"hunter2\";\n");
    FlagReader flags = new FlagReader(PipelineOptionsFactory.create());
    ClientProperties client =
        ClientPropertiesFlag.read("kafkaConfig", "file:" + file, "a:9092", flags);
    assertThat(flags.problems(), empty());
    assertThat(client.unresolved().values(), contains("file:" + file));
    assertThat(client.toString(), equalTo("file:" + file));
    Map<String, Object> resolved = ClientProperties.resolve(client.unresolved());
    assertThat(resolved.get("sasl.jaas.config").toString(), containsString("hunter2"));
    assertThat(
        resolved.keySet(),
        equalTo(Set.of("sasl.jaas.config", "sasl.mechanism", "security.protocol")));

    Files.writeString(file, "group.id=hunter2\nssl.key.password=hunter2");
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> client.resolved(Client.ADMIN));
    assertThat(
        e.getMessage(),
        equalTo("file:" + file + ": group.id: Millrace sets this property: use --consumerGroup"));
  }

  @Test
  void costsNothingWhenItIsNotUsed() {
    Map<String, Object> config = Map.of("bootstrap.servers", "a:9092");
    assertThat(ClientProperties.resolve(config), sameInstance(config));
    assertThat(ClientProperties.NONE.unresolved(), equalTo(Map.of()));
    assertThat(ClientProperties.NONE.resolved(Client.PRODUCER), equalTo(Map.of()));
  }

  @Test
  void namesAFileThatCannotBeRead() throws Exception {
    FlagReader flags = new FlagReader(PipelineOptionsFactory.create());
    assertThat(
        ClientPropertiesFlag.read("kafkaConfig", "/no/such", "a:9092", flags),
        equalTo(ClientProperties.NONE));
    assertThat(
        flags.problems(),
        contains(startsWith("--kafkaConfig: `/no/such` cannot be read (NoSuchFileException)")));
    assertThat(ClientProperties.ofSecret(SecretReference.parse("env:A")).isEmpty(), equalTo(false));
  }
}
