package io.millrace.pubsub;

import com.google.pubsub.v1.PubsubMessage;
import io.millrace.io.InFlightLimit;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.apache.beam.sdk.io.gcp.pubsub.PubsubClient;
import org.apache.beam.sdk.schemas.Schema;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The client of Beam's Pub/Sub reader (on every runner but Dataflow). It wraps the reader's usual
 * client, with these differences:
 *
 * <ul>
 *   <li>A message with a missing or invalid timestamp attribute gets its publish time, see {@link
 *       PubsubTimes}. The usual client fails the whole pull of up to a thousand messages, which are
 *       redelivered and fail again indefinitely.
 *   <li>With an id attribute, the reader hides Pub/Sub's own message id; {@link #MESSAGE_ID} keeps
 *       it.
 *   <li>With a limit of records in flight, it pulls small batches, and nothing above the limit,
 *       because the reader cannot return messages. It still pulls one message every half a minute.
 *       A reader without messages for a minute advances its watermark to the clock, past all
 *       messages that wait.
 *   <li>After an empty answer it rests. With that limit it waits, because the DirectRunner polls
 *       without a pause. Without it, it answers for a time that there is nothing, because Flink
 *       asks all readers of a subtask in turn before each message, and Beam makes four readers for
 *       each unit of the greatest parallelism: most are empty, and their questions would slow the
 *       others down to some messages a second. The time doubles with each empty answer; as there
 *       are many readers, some reader asks soon.
 * </ul>
 */
final class BackpressuredPubsubClient extends PubsubClient {
  /**
   * The attribute with the message id that the reader hides. Publishers cannot use this name:
   * Pub/Sub rejects attributes that begin with {@code goog}.
   */
  static final String MESSAGE_ID = "goog-millrace-message-id";

  /**
   * Small, because the DirectRunner may close a reader early, and the rest of its batch is
   * redelivered.
   */
  private static final int SMALL_PULL = 100;

  private static final long PAUSE_NANOS = 20_000_000;

  /** Time from an empty answer to the next question; the first and the longest. */
  static final long REST_NANOS = 100_000_000;

  static final long LONGEST_REST_NANOS = 5_000_000_000L;

  /** Half of the time after which the reader assumes that there are no messages. */
  static final long LONGEST_SILENCE_NANOS = 30_000_000_000L;

  private final PubsubClient client;
  private final @Nullable String timestampAttribute;
  private final @Nullable String idAttribute;
  private final InFlightLimit inFlight;
  private final LongSupplier nanos;
  private long pulledAt;
  private long restsUntil;
  private long restNanos;
  private long pulledBytes;
  private long pulledMessages;

  /**
   * Wraps a client.
   *
   * @param client a client without attributes, which returns publish times and message ids
   * @param nanos a monotonic clock
   */
  BackpressuredPubsubClient(
      PubsubClient client,
      @Nullable String timestampAttribute,
      @Nullable String idAttribute,
      InFlightLimit inFlight,
      LongSupplier nanos) {
    this.client = client;
    this.timestampAttribute = timestampAttribute;
    this.idAttribute = idAttribute;
    this.inFlight = inFlight;
    this.nanos = nanos;
    this.pulledAt = nanos.getAsLong();
    this.restsUntil = pulledAt;
  }

  @Override
  public List<IncomingMessage> pull(
      long requestTimeMillis,
      SubscriptionPath subscription,
      int batchSize,
      boolean returnImmediately)
      throws IOException {
    boolean waits = inFlight.reached((double) pulledBytes / Math.max(1, pulledMessages));
    boolean silent = nanos.getAsLong() - pulledAt < LONGEST_SILENCE_NANOS;
    if (waits && (silent || inFlight.isDraining())) {
      LockSupport.parkNanos(PAUSE_NANOS);
      return List.of();
    }
    if (nanos.getAsLong() - restsUntil < 0) {
      return List.of();
    }
    int most = waits ? 1 : inFlight.records() > 0 ? Math.min(batchSize, SMALL_PULL) : batchSize;
    pulledAt = nanos.getAsLong();
    List<IncomingMessage> pulled =
        client.pull(requestTimeMillis, subscription, most, returnImmediately);
    if (pulled.isEmpty()) {
      rest();
      return pulled;
    }
    restNanos = 0;
    List<IncomingMessage> messages = new ArrayList<>(pulled.size());
    for (IncomingMessage message : pulled) {
      pulledBytes += message.message().getData().size();
      pulledMessages++;
      messages.add(
          timestampAttribute == null && idAttribute == null ? message : withAttributes(message));
    }
    return messages;
  }

  private void rest() {
    if (inFlight.records() > 0) {
      LockSupport.parkNanos(PAUSE_NANOS);
    } else {
      restNanos = Math.min(LONGEST_REST_NANOS, Math.max(REST_NANOS, 2 * restNanos));
      restsUntil = nanos.getAsLong() + restNanos;
    }
  }

  private IncomingMessage withAttributes(IncomingMessage pulled) {
    PubsubMessage message = pulled.message();
    String id = idAttribute == null ? "" : message.getAttributesOrDefault(idAttribute, "");
    if (!id.isEmpty()) {
      message = message.toBuilder().putAttributes(MESSAGE_ID, pulled.recordId()).build();
    }
    long publishMillis = pulled.timestampMsSinceEpoch();
    return IncomingMessage.of(
        message,
        timestampAttribute == null
            ? publishMillis
            : PubsubTimes.recordTime(
                message.getAttributesOrDefault(timestampAttribute, ""), publishMillis),
        pulled.requestTimeMsSinceEpoch(),
        pulled.ackId(),
        id.isEmpty() ? pulled.recordId() : id);
  }

  @Override
  public void acknowledge(SubscriptionPath subscription, List<String> ackIds) throws IOException {
    client.acknowledge(subscription, ackIds);
  }

  @Override
  public void modifyAckDeadline(
      SubscriptionPath subscription, List<String> ackIds, int deadlineSeconds) throws IOException {
    client.modifyAckDeadline(subscription, ackIds, deadlineSeconds);
  }

  @Override
  public int ackDeadlineSeconds(SubscriptionPath subscription) throws IOException {
    return client.ackDeadlineSeconds(subscription);
  }

  @Override
  public boolean isEOF() {
    return client.isEOF();
  }

  @Override
  public void close() throws IOException {
    client.close();
  }

  // A reader of an existing subscription calls none of the following methods.

  private static UnsupportedOperationException onlyReads() {
    return new UnsupportedOperationException("this client only reads a subscription");
  }

  @Override
  public int publish(TopicPath topic, List<OutgoingMessage> messages) {
    throw onlyReads();
  }

  @Override
  public void createTopic(TopicPath topic) {
    throw onlyReads();
  }

  @Override
  public void createTopic(TopicPath topic, SchemaPath schema) {
    throw onlyReads();
  }

  @Override
  public void deleteTopic(TopicPath topic) {
    throw onlyReads();
  }

  @Override
  public List<TopicPath> listTopics(ProjectPath project) {
    throw onlyReads();
  }

  @Override
  public boolean isTopicExists(TopicPath topic) {
    throw onlyReads();
  }

  @Override
  public void createSubscription(TopicPath topic, SubscriptionPath subscription, int seconds) {
    throw onlyReads();
  }

  @Override
  public void deleteSubscription(SubscriptionPath subscription) {
    throw onlyReads();
  }

  @Override
  public List<SubscriptionPath> listSubscriptions(ProjectPath project, TopicPath topic) {
    throw onlyReads();
  }

  @Override
  public void createSchema(
      SchemaPath schema, String content, com.google.pubsub.v1.Schema.Type type) {
    throw onlyReads();
  }

  @Override
  public void deleteSchema(SchemaPath schema) {
    throw onlyReads();
  }

  @Override
  public SchemaPath getSchemaPath(TopicPath topic) {
    throw onlyReads();
  }

  @Override
  public Schema getSchema(SchemaPath schema) {
    throw onlyReads();
  }
}
