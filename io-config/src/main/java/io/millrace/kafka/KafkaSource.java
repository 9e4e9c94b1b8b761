package io.millrace.kafka;

import io.millrace.contract.Contract;
import io.millrace.event.Packed;
import io.millrace.event.SourceRecord;
import io.millrace.event.SourceRecordCoder;
import io.millrace.io.CatchUp;
import io.millrace.io.ReadTuning;
import io.millrace.io.Source;
import io.millrace.kafka.consume.KafkaCatchUp;
import io.millrace.kafka.consume.OffsetSpan;
import io.millrace.kafka.consume.ShortPollConsumerFactory;
import io.millrace.kafka.consume.UnreadPartitions;
import io.millrace.kafka.read.HandedOver;
import io.millrace.kafka.read.ReadSettings;
import io.millrace.kafka.read.SettledOffsets;
import io.millrace.kafka.read.SplitSource;
import io.millrace.kafka.read.StartFrom;
import io.millrace.kafka.time.LostRangeRecord;
import io.millrace.kafka.time.PartitionWatermark;
import io.millrace.kafka.time.RecordPage;
import io.millrace.kafka.time.RecordTimePolicy;
import io.millrace.kafka.time.RecordTimePolicyFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.coders.NullableCoder;
import org.apache.beam.sdk.io.Read;
import org.apache.beam.sdk.io.kafka.KafkaIO;
import org.apache.beam.sdk.io.kafka.KafkaRecord;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.joda.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads Kafka topics from their beginning, or from a checkpoint, with the watermark of {@link
 * RecordTimePolicy}. Keys and values stay bytes, so reading cannot fail on a record's content.
 */
public final class KafkaSource implements Source {
  private static final Logger LOG = LoggerFactory.getLogger(KafkaSource.class);

  private final KafkaAddress address;
  private final Contract contract;
  private final ReadTuning tuning;
  private final Map<String, String> topicIds = new TreeMap<>();
  private final ReadSettings settings;

  /**
   * Creates a source with a contract's event-time rules.
   *
   * @param tuning settings for the runner
   */
  public KafkaSource(KafkaAddress address, Contract contract, ReadTuning tuning) {
    this.address = address;
    this.contract = contract;
    this.tuning = tuning;
    this.settings = settings(address, contract, tuning);
  }

  @Override
  public String address() {
    return address.toString();
  }

  @Override
  public List<String> check() {
    List<String> problems = new ArrayList<>(KafkaPreflight.check(address, topicIds));
    String group = address.choice().group();
    if (problems.isEmpty() && !group.isEmpty()) {
      problems.addAll(KafkaPreflight.checkGroup(address, group));
    }
    return problems;
  }

  @Override
  public CatchUp catchUp() {
    List<OffsetSpan> there = new ArrayList<>(new KafkaLog(address).spans(null, null));
    int known = tuning.partitions();
    there.removeIf(span -> known > 0 && span.partition() >= known);
    return KafkaCatchUp.publish(tuning.inFlight().run(), there);
  }

  @Override
  public PTransform<PBegin, PCollection<SourceRecord>> read() {
    // With a given number of partitions, the job must not depend on answers from Kafka.
    Map<String, String> ids = tuning.partitions() == 0 ? new TreeMap<>(topicIds) : Map.of();
    return PTransform.compose("ReadKafka", begin -> read(begin, ids));
  }

  @Override
  public boolean canLoseRanges() {
    return true;
  }

  private PCollection<SourceRecord> read(PBegin begin, Map<String, String> ids) {
    return address.choice().own() ? readByOwn(begin) : readByKafkaIo(begin, ids);
  }

  private PCollection<SourceRecord> readByOwn(PBegin begin) {
    settings.putInto(begin.getPipeline().getOptions());
    if (!tuning.durableCheckpoints()) {
      HandedOver.publish(tuning.inFlight().run());
    }
    if (address.choice().startFrom().kind() == StartFrom.Kind.COMMITTED) {
      LOG.warn(
          "--startFrom=committed resumes offsets only, not the state of deduplication and roll-ups:"
              + " a duplicate of an event that was read before is accepted again, and windows that"
              + " were open then get new totals (docs/kafka-reader.md)");
    }
    return begin
        .apply("Splits", Read.from(SplitSource.of(address.choice().splits())))
        .apply("Unpack", ParDo.of(new UnpackFn()))
        .setCoder(SourceRecordCoder.of());
  }

  private static ReadSettings settings(KafkaAddress address, Contract contract, ReadTuning tuning) {
    return new ReadSettings(
        address.bootstrapServers(),
        address.client(),
        address.filter(),
        address.uncommitted(),
        address.choice().startFrom(),
        address.choice().group(),
        contract.time().outOfOrderness().toMillis(),
        tuning,
        Packed.of(contract));
  }

  @Override
  public void settled(long handedOver) {
    if (address.choice().own()) {
      SettledOffsets.commit(settings, handedOver);
    }
  }

  @Override
  public boolean isAllCounted(long handedOver) {
    return HandedOver.of(tuning.inFlight().run()).isAtMost(handedOver);
  }

  @Override
  public void ended() {
    HandedOver.remove(tuning.inFlight().run());
  }

  private PCollection<SourceRecord> readByKafkaIo(PBegin begin, Map<String, String> ids) {
    long bound = contract.time().outOfOrderness().toMillis();
    List<TopicPartition> partitions = knownPartitions();
    KafkaIO.Read<byte[], byte[]> read = KafkaIO.read();
    return begin
        .apply(
            "KafkaIO",
            (partitions.isEmpty()
                    ? read.withTopics(address.topics())
                    : read.withTopicPartitions(partitions))
                .withBootstrapServers(address.bootstrapServers())
                .withKeyDeserializerAndCoder(
                    ByteArrayDeserializer.class, NullableCoder.of(ByteArrayCoder.of()))
                .withValueDeserializerAndCoder(
                    ByteArrayDeserializer.class, NullableCoder.of(ByteArrayCoder.of()))
                .withConsumerConfigUpdates(consumerConfig())
                .withConsumerFactoryFn(
                    new ShortPollConsumerFactory(tuning, counts(partitions), ids, contract))
                .withTimestampPolicyFactory(new RecordTimePolicyFactory(bound)))
        .apply("ToSourceRecord", ParDo.of(new ToSourceRecord(bound)))
        .setCoder(SourceRecordCoder.of());
  }

  /** Without secrets, because the job graph contains it. */
  private Map<String, Object> consumerConfig() {
    Map<String, Object> config = new TreeMap<>(address.client().unresolved());
    config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    // The runner keeps the offsets: auto-commit would lose records in flight when a worker dies.
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, address.isolation().toString());
    config.put(ConsumerConfig.METADATA_MAX_AGE_CONFIG, UnreadPartitions.INTERVAL_MILLIS);
    return config;
  }

  /** The partitions of all topics; empty if the runner lists them. */
  private List<TopicPartition> knownPartitions() {
    if (tuning.fixPartitions() && tuning.partitions() == 0) {
      return new KafkaLog(address).partitions();
    }
    return address.topics().stream()
        .flatMap(
            topic ->
                IntStream.range(0, tuning.partitions()).mapToObj(p -> new TopicPartition(topic, p)))
        .toList();
  }

  private static Map<String, Integer> counts(List<TopicPartition> partitions) {
    Map<String, Integer> counts = new HashMap<>();
    partitions.forEach(partition -> counts.merge(partition.topic(), 1, Integer::sum));
    return counts;
  }

  /** Emits the records of a page of Millrace's own reader. */
  private static final class UnpackFn extends DoFn<List<SourceRecord>, SourceRecord> {
    private static final long serialVersionUID = 1L;

    @ProcessElement
    public void process(@Element List<SourceRecord> page, OutputReceiver<SourceRecord> out) {
      for (SourceRecord record : page) {
        out.output(record);
      }
    }
  }

  /** Emits the records of a page, each with its arrival watermark. */
  private static final class ToSourceRecord
      extends DoFn<KafkaRecord<byte[], byte[]>, SourceRecord> {
    private final long outOfOrdernessMillis;

    ToSourceRecord(long outOfOrdernessMillis) {
      this.outOfOrdernessMillis = outOfOrdernessMillis;
    }

    @ProcessElement
    public void process(
        @Element KafkaRecord<byte[], byte[]> page,
        @Timestamp Instant watermark,
        OutputReceiver<SourceRecord> out) {
      if (LostRangeRecord.isIn(page)) {
        out.output(LostRangeRecord.rangeIn(page).asRecord(watermark.getMillis()));
        return;
      }
      RecordPage.of(page.getKV().getValue())
          .unpack(
              page.getTopic(),
              page.getPartition(),
              new PartitionWatermark(outOfOrdernessMillis, watermark.getMillis()),
              out::output);
    }
  }
}
