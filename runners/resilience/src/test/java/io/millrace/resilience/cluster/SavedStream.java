package io.millrace.resilience.cluster;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SequenceWriter;
import io.millrace.testdata.GenerateRun;
import io.millrace.testdata.generate.GeneratorOptions;
import io.millrace.testdata.manifest.Manifest;
import io.millrace.testdata.manifest.ManifestEntry;
import io.millrace.testdata.sink.GeneratedRecord;
import io.millrace.testdata.sink.RecordSink;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Records that are kept in files, with the truth about them: the same bytes in every run. */
final class SavedStream {
  static final int PARTITIONS = 4;

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final long SEED = 6;

  /** All of them are of one minute, whatever the generator takes from an event's time. */
  private static final Instant BEGIN = Instant.parse("2026-03-01T12:00:20Z");

  private static final long STEP_MILLIS = 50;

  private final Path directory;
  private final List<Saved> records;

  private record Saved(
      int partition, long time, byte[] key, byte[] value, Map<String, String> headers) {}

  private SavedStream(Path directory, List<Saved> records) {
    this.directory = directory;
    this.records = records;
  }

  /** Generates a stream and keeps it in a directory. */
  static SavedStream write(Path directory, int count) throws IOException {
    List<Saved> records = new ArrayList<>();
    GeneratorOptions options =
        GeneratorOptions.builder()
            .count(count)
            .seed(SEED)
            .duplicates(0.2)
            .late(0)
            .errors(0.1)
            .malformed(0.05)
            .build();
    RecordSink sink =
        new RecordSink() {
          @Override
          public int partitions() {
            return PARTITIONS;
          }

          @Override
          public void send(GeneratedRecord record) {
            records.add(
                new Saved(
                    record.partition(),
                    record.recordTimeMillis(),
                    record.key(),
                    record.value(),
                    new LinkedHashMap<>(record.headers())));
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    AtomicLong clock = new AtomicLong(BEGIN.toEpochMilli());
    new GenerateRun(options, sink)
        .manifest(directory.resolve("manifest.jsonl.gz"))
        .clock(() -> clock.getAndAdd(STEP_MILLIS))
        .run();
    try (OutputStream out =
            new GZIPOutputStream(Files.newOutputStream(directory.resolve("records.jsonl.gz")));
        SequenceWriter lines = MAPPER.writer().withRootValueSeparator("\n").writeValues(out)) {
      for (Saved record : records) {
        lines.write(record);
      }
    }
    return new SavedStream(directory, records);
  }

  /** The stream that a directory keeps. */
  static SavedStream read(Path directory) throws IOException {
    try (InputStream in =
            new GZIPInputStream(Files.newInputStream(directory.resolve("records.jsonl.gz")));
        MappingIterator<Saved> lines =
            MAPPER.readerFor(new TypeReference<Saved>() {}).readValues(in)) {
      return new SavedStream(directory, lines.readAll());
    }
  }

  int count() {
    return records.size();
  }

  /** The truth about those from one on, as a manifest of their own. */
  Path truthFrom(int from, Path file) {
    try (Manifest.Writer writer = Manifest.write(file)) {
      Manifest.read(
          directory.resolve("manifest.jsonl.gz"),
          entry -> {
            if (entry.n() >= from) {
              writer.add(entry);
            }
          });
    }
    return file;
  }

  /** The truth about all of them, in their order. */
  List<ManifestEntry> truth() {
    List<ManifestEntry> entries = new ArrayList<>();
    Manifest.read(directory.resolve("manifest.jsonl.gz"), entries::add);
    return entries;
  }

  /** Creates a topic that keeps records however old they say they are. */
  static void createTopic(String kafka, String topic) {
    try (Admin admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, kafka))) {
      admin
          .createTopics(
              List.of(
                  new NewTopic(topic, PARTITIONS, (short) 1)
                      .configs(
                          Map.of(
                              TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "CreateTime",
                              TopicConfig.RETENTION_MS_CONFIG, "-1"))))
          .all()
          .get();
    } catch (Exception e) {
      throw new IllegalStateException("cannot create topic " + topic, e);
    }
  }

  /** Sends some of them, each to its partition, so that each has the offset that it always has. */
  void send(String kafka, String topic, int from, int to) {
    ByteArraySerializer bytes = new ByteArraySerializer();
    Map<String, Object> settings =
        Map.of(
            ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
            kafka,
            ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
            true,
            ProducerConfig.ACKS_CONFIG,
            "all");
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(settings, bytes, bytes)) {
      for (Saved saved : records.subList(from, to)) {
        ProducerRecord<byte[], byte[]> record =
            new ProducerRecord<>(topic, saved.partition, saved.time, saved.key, saved.value);
        saved.headers.forEach(
            (name, value) -> record.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
        sent.add(producer.send(record));
      }
      producer.flush();
      for (Future<RecordMetadata> one : sent) {
        one.get();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("cannot send to " + topic, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** {@code partition@offset} of each from one on. */
  List<String> placesFrom(int from) {
    int[] next = new int[PARTITIONS];
    List<String> places = new ArrayList<>();
    for (int n = 0; n < records.size(); n++) {
      int partition = records.get(n).partition;
      String place = partition + "@" + next[partition]++;
      if (n >= from) {
        places.add(place);
      }
    }
    return places.stream().sorted().toList();
  }
}
