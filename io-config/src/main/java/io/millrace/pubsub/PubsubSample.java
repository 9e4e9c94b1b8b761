package io.millrace.pubsub;

import com.google.api.client.googleapis.json.GoogleJsonResponseException;
import com.google.api.services.pubsub.Pubsub;
import com.google.api.services.pubsub.model.ModifyAckDeadlineRequest;
import com.google.api.services.pubsub.model.PubsubMessage;
import com.google.api.services.pubsub.model.PullRequest;
import com.google.api.services.pubsub.model.PullResponse;
import com.google.api.services.pubsub.model.ReceivedMessage;
import io.millrace.event.SourceRecord;
import io.millrace.io.SampleLimits;
import io.millrace.io.SourceException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Pulls messages of a subscription and acknowledges none. When it ends, also by an error, it sets
 * their deadline to zero, so that Pub/Sub delivers them again at once. Until then no other
 * subscriber of the subscription gets them, and the delivery counts for a dead-letter policy.
 */
record PubsubSample(PubsubAddress address, SampleLimits limits) {
  private static final int PULLED_AT_ONCE = 1000;
  private static final int RELEASED_AT_ONCE = 500;

  /** Pub/Sub may answer with no message although there are some. */
  private static final int EMPTY_ANSWERS = 3;

  /**
   * The records, in the order of delivery.
   *
   * @throws SourceException in one line for each problem
   */
  List<SourceRecord> read() {
    List<String> problems = PubsubPreflight.of(address).check();
    if (!problems.isEmpty()) {
      throw new SourceException(String.join("\n", problems), null);
    }
    PubsubEmulator emulator = address.reading().emulator();
    List<String> pulled = new ArrayList<>();
    try {
      Pubsub client =
          PubsubConnection.open(
              PipelineOptionsFactory.create(), emulator == null ? null : emulator.hostPort());
      try {
        return pull(client, pulled);
      } finally {
        release(client, pulled);
      }
    } catch (IOException e) {
      throw new SourceException(
          "cannot pull messages of " + address.path() + ": " + reason(e) + "; check --input", e);
    }
  }

  private static String reason(IOException e) {
    return e instanceof GoogleJsonResponseException answer && answer.getDetails() != null
        ? answer.getDetails().getMessage()
        : String.valueOf(e.getMessage());
  }

  private List<SourceRecord> pull(Pubsub client, List<String> pulled) throws IOException {
    List<SourceRecord> records = new ArrayList<>();
    long deadline = System.nanoTime() + limits.time().toNanos();
    long bytes = 0;
    int empty = 0;
    while (records.size() < limits.records()
        && bytes < limits.bytes()
        && empty < EMPTY_ANSWERS
        && System.nanoTime() < deadline) {
      List<ReceivedMessage> received =
          pull(client, Math.min(PULLED_AT_ONCE, limits.records() - records.size()));
      empty = received.isEmpty() ? empty + 1 : 0;
      for (ReceivedMessage message : received) {
        pulled.add(message.getAckId());
        SourceRecord record = record(message.getMessage(), records.size());
        records.add(record);
        bytes += record.value() == null ? 0 : record.value().length;
      }
    }
    return records;
  }

  private List<ReceivedMessage> pull(Pubsub client, int most) throws IOException {
    try {
      // The service waits for a first message in any case, the emulator only without this.
      PullRequest request = new PullRequest().setMaxMessages(most).setReturnImmediately(true);
      PullResponse answer =
          client.projects().subscriptions().pull(address.path(), request).execute();
      List<ReceivedMessage> received = answer.getReceivedMessages();
      return received == null ? List.of() : received;
    } catch (SocketTimeoutException e) {
      return List.of();
    }
  }

  private SourceRecord record(@Nullable PubsubMessage message, long number) {
    byte[] data = message == null ? null : message.decodeData();
    long time = message == null ? 0 : millis(message.getPublishTime());
    return new SourceRecord(
        address.path(), 0, number, null, data == null ? new byte[0] : data, List.of(), time, time);
  }

  private static long millis(@Nullable String publishTime) {
    try {
      return publishTime == null ? 0 : Instant.parse(publishTime).toEpochMilli();
    } catch (DateTimeParseException e) {
      return 0;
    }
  }

  private void release(Pubsub client, List<String> pulled) throws IOException {
    for (int from = 0; from < pulled.size(); from += RELEASED_AT_ONCE) {
      List<String> some = pulled.subList(from, Math.min(pulled.size(), from + RELEASED_AT_ONCE));
      client
          .projects()
          .subscriptions()
          .modifyAckDeadline(
              address.path(),
              new ModifyAckDeadlineRequest().setAckIds(some).setAckDeadlineSeconds(0))
          .execute();
    }
  }
}
