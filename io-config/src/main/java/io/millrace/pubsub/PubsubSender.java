package io.millrace.pubsub;

import com.google.api.client.googleapis.json.GoogleJsonResponseException;
import com.google.api.client.http.HttpResponseException;
import com.google.api.services.pubsub.Pubsub;
import com.google.api.services.pubsub.model.PublishRequest;
import com.google.api.services.pubsub.model.PublishResponse;
import com.google.api.services.pubsub.model.PubsubMessage;
import io.millrace.deadletter.DeadLetterJson;
import io.millrace.deadletter.Sender;
import io.millrace.event.DeadLetter;
import io.millrace.pubsub.PubsubConnection.Opener;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Sends dead letters to a Pub/Sub topic in batched requests. The message ids in the answer are the
 * acknowledgement.
 */
final class PubsubSender implements Sender {
  private static final int MAX_REQUEST_MESSAGES = 500;
  private static final long MAX_REQUEST_BYTES = 6_000_000;
  private static final int BAD_REQUEST = 400;

  private final Opener opener;
  private final String topic;
  private final String sink;
  private @Nullable Pubsub client;

  /** Creates a sender to {@code projects/…/topics/…}. */
  PubsubSender(Opener opener, String topic, String sink) {
    this.opener = opener;
    this.topic = topic;
    this.sink = sink;
  }

  @Override
  public Unsent send(List<DeadLetter> letters) {
    List<DeadLetter> unsent = new ArrayList<>();
    IOException why = null;
    int from = 0;
    while (from < letters.size()) {
      int to = requestEnd(letters, from);
      List<DeadLetter> some = letters.subList(from, to);
      try {
        publishTogether(some);
      } catch (IOException e) {
        if (isBadRequest(e)) {
          // One of them was rejected: send each separately.
          for (int i = 0; i < some.size(); i++) {
            IOException failure = publishAlone(some.get(i));
            if (failure != null) {
              why = failure;
              unsent.add(some.get(i));
            }
            if (failure != null && !isBadRequest(failure)) {
              unsent.addAll(some.subList(i + 1, some.size()));
              break;
            }
          }
        } else {
          why = e;
          unsent.addAll(some);
        }
        if (why != null && !isBadRequest(why)) {
          unsent.addAll(letters.subList(to, letters.size()));
          break;
        }
      }
      from = to;
    }
    return why == null ? Unsent.NONE : new Unsent(unsent, reason(why), isOperators(why));
  }

  private static int requestEnd(List<DeadLetter> letters, int from) {
    long bytes = DeadLetterJson.roughBytes(letters.get(from));
    int to = from + 1;
    while (to < letters.size() && to - from < MAX_REQUEST_MESSAGES) {
      bytes += DeadLetterJson.roughBytes(letters.get(to));
      if (bytes > MAX_REQUEST_BYTES) {
        break;
      }
      to++;
    }
    return to;
  }

  private void publishTogether(List<DeadLetter> letters) throws IOException {
    List<PubsubMessage> messages = new ArrayList<>();
    for (DeadLetter letter : letters) {
      List<PubsubMessage> some = PubsubMessages.of(letter, sink);
      if (some.size() > 1) {
        publishEach(some);
      } else {
        messages.addAll(some);
      }
    }
    if (!messages.isEmpty()) {
      publish(messages);
    }
  }

  /** Sends as is, or else as JSON, which is always possible. Null after the acknowledgement. */
  private @Nullable IOException publishAlone(DeadLetter letter) {
    try {
      publishEach(PubsubMessages.of(letter, sink));
      return null;
    } catch (IOException e) {
      if (!isBadRequest(e)) {
        return e;
      }
    }
    try {
      publishEach(PubsubMessages.asJson(letter, sink));
      return null;
    } catch (IOException e) {
      return e;
    }
  }

  private void publishEach(List<PubsubMessage> messages) throws IOException {
    for (PubsubMessage message : messages) {
      publish(List.of(message));
    }
  }

  private void publish(List<PubsubMessage> messages) throws IOException {
    if (client == null) {
      client = opener.open();
    }
    PublishResponse answer =
        client
            .projects()
            .topics()
            .publish(topic, new PublishRequest().setMessages(messages))
            .execute();
    int ids = answer.getMessageIds() == null ? 0 : answer.getMessageIds().size();
    if (ids != messages.size()) {
      throw new IOException("acknowledged " + ids + " of " + messages.size() + " messages");
    }
  }

  private static boolean isBadRequest(IOException e) {
    return e instanceof HttpResponseException answer && answer.getStatusCode() == BAD_REQUEST;
  }

  static boolean isOperators(IOException e) {
    if (!(e instanceof HttpResponseException answer)) {
      return false;
    }
    return switch (answer.getStatusCode()) {
      case BAD_REQUEST, 401, 403, 404 -> true;
      default -> false;
    };
  }

  /** The reason in one line. */
  static String reason(IOException e) {
    if (e instanceof GoogleJsonResponseException answer && answer.getDetails() != null) {
      return answer.getStatusCode() + " " + oneLine(answer.getDetails().getMessage());
    }
    if (e instanceof HttpResponseException answer) {
      return answer.getStatusCode() + " " + oneLine(answer.getStatusMessage());
    }
    return oneLine(e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage());
  }

  private static String oneLine(@Nullable String text) {
    return text == null ? "" : text.replace('\n', ' ');
  }

  @Override
  public void close() {}
}
