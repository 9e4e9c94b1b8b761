package io.millrace.cli.generate;

import io.millrace.cli.support.JsonObject;
import io.millrace.cli.support.ShutdownHook;
import io.millrace.cli.support.TextLines;
import io.millrace.io.flags.ConfigException;
import io.millrace.io.flags.FlagReader;
import io.millrace.kafka.client.ClientProperties;
import io.millrace.kafka.client.ClientProperties.Client;
import io.millrace.kafka.client.ClientPropertiesFlag;
import io.millrace.kafka.client.ConnectionProblem;
import io.millrace.kafka.client.Endpoint;
import io.millrace.pipeline.FlagCheck;
import io.millrace.pipeline.WrongUseException;
import io.millrace.testdata.GenerateRun;
import io.millrace.testdata.generate.GeneratorOptions;
import io.millrace.testdata.manifest.ManifestTotals;
import io.millrace.testdata.manifest.Outcome;
import io.millrace.testdata.sink.PubsubRecordSink;
import io.millrace.testdata.sink.RecordSink;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Sends generated events and writes a manifest of them. */
@Command(
    name = "generate",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Sends query events, including duplicate, late, erroneous and malformed ones. Writes a"
            + " manifest with each record's identity, hash and expected outcome.",
    footer = {
      "",
      "Example: scripts/millrace generate --to=kafka://127.0.0.1:19092/query-events --count=10000"
          + " --manifest=manifest.jsonl",
      "Example: scripts/millrace generate --to=pubsub://test-project/query-events"
          + " --pubsubEmulator=127.0.0.1:8085 --count=10000"
    })
public final class GenerateCommand implements Callable<Integer> {
  private static final String KAFKA = "kafka://";

  @Option(
      names = "--to",
      required = true,
      paramLabel = "URL",
      description =
          "kafka://host:port/topic, pubsub://project/topic or file:///path.jsonl. Creates a missing"
              + " topic; for Pub/Sub with a subscription of the same name.")
  private String to;

  @Option(
      names = "--count",
      defaultValue = "50000",
      description = "Records to send. Default: ${DEFAULT-VALUE}")
  private long count;

  @Mixin private GeneratorMixin generator;

  @Option(
      names = "--manifest",
      description = "File for the manifest: JSON Lines, compressed if the name ends in .gz.")
  private Path manifest;

  @Option(
      names = "--partitions",
      defaultValue = "3",
      description = "Partitions of a new topic. Default: ${DEFAULT-VALUE}")
  private int partitions;

  @Option(
      names = "--kafkaConfig",
      paramLabel = "FILE",
      description =
          "For kafka://, as for `run`: properties file of Kafka's clients, or a reference to one.")
  private String kafkaConfig;

  @Option(
      names = "--pubsubEmulator",
      paramLabel = "HOST:PORT",
      description = "For pubsub://: publish to this emulator instead of Google Cloud.")
  private String pubsubEmulator;

  @Option(names = "--json", description = "Print the totals as one JSON object.")
  private boolean json;

  @Override
  public Integer call() {
    GeneratorOptions options = generator.generator(count, generator.rate, generator.seed);
    try (RecordSink sink = open()) {
      GenerateRun run =
          new GenerateRun(options, sink)
              .progress(
                  (sent, rate) ->
                      System.err.printf(
                          Locale.ROOT, "sent %,d of %,d (%,.0f/s)%n", sent, count, rate));
      if (manifest != null) {
        run.manifest(manifest);
      }
      return ShutdownHook.whileRunning(
          run::stop,
          () -> {
            print(run.run().totals());
            return 0;
          });
    } catch (IllegalArgumentException | IllegalStateException | UncheckedIOException e) {
      throw new WrongUseException(e.getMessage());
    }
  }

  private RecordSink open() {
    if (to.startsWith(PubsubRecordSink.SCHEME)) {
      return pubsubEmulator == null
          ? PubsubRecordSink.atGoogle(to, GoogleToken.ofThisUser())
          : PubsubRecordSink.atEmulator(to, pubsubEmulator);
    }
    if (pubsubEmulator != null) {
      throw new WrongUseException("--pubsubEmulator: only for --to=pubsub://project/topic");
    }
    if (!to.startsWith(KAFKA)) {
      if (kafkaConfig != null) {
        throw new WrongUseException("--kafkaConfig: only for --to=kafka://host:port/topic");
      }
      return RecordSink.open(to, partitions, Map.of());
    }
    ClientProperties client = client();
    try {
      return RecordSink.open(to, partitions, withSecrets(client));
    } catch (IllegalStateException e) {
      Throwable cause = e.getCause();
      if (cause instanceof ApiException
          && !(cause instanceof AuthenticationException)
          && !(cause instanceof TimeoutException)) {
        // The broker has answered.
        throw e;
      }
      throw new WrongUseException(
          ConnectionProblem.explain(Endpoint.GENERATED, servers(), client, e));
    }
  }

  private ClientProperties client() {
    if (kafkaConfig == null) {
      return ClientProperties.NONE;
    }
    FlagReader flags = FlagCheck.reader(Map.of(), "");
    ClientProperties client =
        ClientPropertiesFlag.read("kafkaConfig", kafkaConfig, servers(), flags);
    if (!flags.problems().isEmpty()) {
      throw new ConfigException(flags.problems());
    }
    return client;
  }

  private static Map<String, String> withSecrets(ClientProperties client) {
    Map<String, String> settings = new HashMap<>();
    client.resolved(Client.PRODUCER).forEach((name, value) -> settings.put(name, value.toString()));
    return settings;
  }

  private String servers() {
    String rest = to.substring(KAFKA.length());
    return rest.substring(0, Math.max(0, rest.indexOf('/')));
  }

  private void print(ManifestTotals totals) {
    JsonObject object = JsonObject.object().put("records", totals.records());
    StringBuilder text = new StringBuilder();
    text.append(TextLines.text("sent %,d records:", totals.records()));
    for (Outcome outcome : Outcome.values()) {
      String name = outcome.name().toLowerCase(Locale.ROOT);
      object.put(name, totals.of(outcome));
      text.append(TextLines.text(" %s %,d", name, totals.of(outcome)));
    }
    object.put("dead_codes", totals.deadCodes()).put("unconfirmed", totals.unconfirmed());
    System.out.println(json ? object.text() : text);
  }
}
