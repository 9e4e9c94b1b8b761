package io.millrace.kafka.read;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasEntry;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.event.Packed;
import io.millrace.io.ReadTuning;
import io.millrace.kafka.client.ClientProperties;
import io.millrace.security.SecretReference;
import java.io.ByteArrayOutputStream;
import java.io.ObjectOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadSettingsTest {
  private static final String SECRET = "hunter2";

  @TempDir private Path directory;

  private static ReadSettings settings(ClientProperties client) throws Exception {
    Contract contract = ContractLoader.load(Path.of("../test-data/contracts/query-events.yaml"));
    return new ReadSettings(
        "a:9092",
        client,
        TopicFilter.parse("t.*"),
        false,
        StartFrom.EARLIEST,
        "group",
        10_000,
        ReadTuning.NONE,
        Packed.of(contract));
  }

  private static ReadSettings onAWorker(ReadSettings settings) {
    PipelineOptions options = PipelineOptionsFactory.create();
    settings.putInto(options);
    return ReadSettings.in(options);
  }

  @Test
  void secretsAreReadByTheWorkerAndAreNotInTheJobsOptions() throws Exception {
    Path secret = Files.writeString(directory.resolve("secret"), SECRET);
    ReadSettings settings =
        settings(
            new ClientProperties(
                Map.of(
                    "security.protocol",
                    "SSL",
                    "ssl.keystore.password",
                    "${file:" + secret + "}",
                    "fetch.max.bytes",
                    "7"),
                null));
    // Beam compresses what it serializes, which would hide a text.
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(settings);
    }
    String sent = bytes.toString(StandardCharsets.ISO_8859_1);
    assertThat(sent, containsString("${file:" + secret + "}"));
    assertThat(sent, not(containsString(SECRET)));
    assertThat(settings.toString(), not(containsString(SECRET)));

    ReadSettings there = onAWorker(settings);
    assertThat(there, equalTo(settings));
    Map<String, Object> consumer = there.consumerConfig(1_000);
    assertThat(consumer, hasEntry("ssl.keystore.password", SECRET));
    assertThat(consumer, hasEntry("security.protocol", "SSL"));
    assertThat(consumer, hasEntry("fetch.max.bytes", "7"));
    assertThat(consumer, hasEntry("auto.offset.reset", "none"));
    assertThat(consumer, hasEntry("bootstrap.servers", "a:9092"));
    Map<String, Object> admin = there.adminConfig();
    assertThat(admin, hasEntry("ssl.keystore.password", SECRET));
    assertThat(admin, not(hasKey("fetch.max.bytes")));

    Files.writeString(secret, "rotated");
    assertThat(there.adminConfig(), hasEntry("ssl.keystore.password", "rotated"));
    Files.delete(secret);
    assertThat(
        assertThrows(IllegalArgumentException.class, () -> there.consumerConfig(1)).getMessage(),
        containsString("secret file:" + secret + ": cannot be read"));
  }

  @Test
  void aSecretFileIsReadByTheWorker() throws Exception {
    Path file =
        Files.writeString(
            directory.resolve("secret.properties"),
            "security.protocol=SSL\nssl.key.password=" + SECRET);
    ReadSettings settings =
        settings(ClientProperties.ofSecret(SecretReference.parse("file:" + file)));
    assertThat(settings.toString(), not(containsString(SECRET)));
    assertThat(onAWorker(settings).consumerConfig(1), hasEntry("ssl.key.password", SECRET));
    assertThat(onAWorker(settings).adminConfig(), hasEntry("ssl.key.password", SECRET));
  }

  /** What a thousand partitions hold together is a small part of the heap. */
  @Test
  void aConsumerOfManyPartitionsReadsLessAhead() throws Exception {
    long heap = 2L << 30;
    assertThat(ReadAhead.pollRecords(0), equalTo(500));
    assertThat(ReadAhead.pollRecords(16), equalTo(500));
    assertThat(ReadAhead.pollRecords(32), equalTo(250));
    assertThat(ReadAhead.pollRecords(1_000), equalTo(100));
    assertThat(ReadAhead.fetchBytes(0, heap), equalTo(1 << 20));
    assertThat(ReadAhead.fetchBytes(128, heap), equalTo(1 << 20));
    assertThat(ReadAhead.fetchBytes(1_024, heap), equalTo(128 << 10));
    assertThat(ReadAhead.fetchBytes(100_000, heap), equalTo(16 << 10));
    assertThat(
        settings(ClientProperties.NONE).consumerConfig(1_000_000),
        hasEntry("max.partition.fetch.bytes", ReadAhead.fetchBytes(1_000_000)));
    assertThat(
        settings(new ClientProperties(Map.of("max.partition.fetch.bytes", "5"), null))
            .consumerConfig(1_000_000),
        hasEntry("max.partition.fetch.bytes", "5"));
  }
}
