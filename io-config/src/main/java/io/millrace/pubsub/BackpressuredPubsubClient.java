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
 * The client by which Beam's own reader (on every runner but Dataflow) reads a subscription. It
 * does what the reader's usual client does, except that:
 *
 * <ul>
 *   <li>A message whose timestamp attribute is missing or is no time has its publish time. The
 *       usual client fails there, and with it the whole pull of up to a thousand messages, which
 *       then come again and fail again, for ever. See {@link PubsubTimes}.
 *   <li>Where an id attribute tells messages apart, the reader hides Pub/Sub's own message id; it
 *       is kept in {@link #MESSAGE_ID}.
 *   <li>It hands over nothing while too many records are in flight, if the runner needs that, and
 *       then takes small helpings, for what the reader holds cannot be given back. One message
 *       every half a minute it takes all the same: a reader that gets none for a minute believes
 *       that there are none, and its watermark goes to the clock, past all that wait.
 * </ul>
 */
final class BackpressuredPubsubClient extends PubsubClient {
  /**
   * The attribute that holds the message id where the reader hides it. Nobody can publish one of
   * that name: Pub/Sub refuses attributes that begin with {@code goog}.
   */
  static final String MESSAGE_ID = "goog-millrace-message-id";

  /**
   * Where the DirectRunner's reader is closed before its helping is eaten, the rest comes again.
   */
  private static final int HELPING = 100;

  private static final long PAUSE_NANOS = 20_000_000;

  /** Half of what the reader takes for the end of the messages. */
  static final long LONGEST_SILENCE_NANOS = 30_000_000_000L;

  private final PubsubClient client;
  private final @Nullable String timestampAttribute;
  private final @Nullable String idAttribute;
  private final InFlightLimit inFlight;
  private final LongSupplier nanos;
  private long pulledAt;
  private long pulledBytes;
  private long pulledMessages;

  /**
   * A client on top of another.
   *
   * @param client one that knows of no attributes, so that it gives publish time and message id
   * @param nanos a clock that only goes forward
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
    if (waits && (silent || inFlight.ends())) {
      LockSupport.parkNanos(PAUSE_NANOS);
      return List.of();
    }
    int helping = waits ? 1 : inFlight.records() > 0 ? Math.min(batchSize, HELPING) : batchSize;
    pulledAt = nanos.getAsLong();
    List<IncomingMessage> pulled =
        client.pull(requestTimeMillis, subscription, helping, returnImmediately);
    if (pulled.isEmpty()) {
      // The readers of the DirectRunner ask without pause, and there are many of them.
      LockSupport.parkNanos(PAUSE_NANOS);
      return pulled;
    }
    List<IncomingMessage> messages = new ArrayList<>(pulled.size());
    for (IncomingMessage message : pulled) {
      pulledBytes += message.message().getData().size();
      pulledMessages++;
      messages.add(
          timestampAttribute == null && idAttribute == null ? message : withAttributes(message));
    }
    return messages;
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

  // What follows no reader of a subscription that is there needs.

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
