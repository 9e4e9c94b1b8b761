package io.millrace.pubsub;

import com.google.api.client.http.HttpResponseException;
import com.google.api.services.pubsub.Pubsub;
import com.google.api.services.pubsub.model.TestIamPermissionsRequest;
import com.google.api.services.pubsub.model.TestIamPermissionsResponse;
import com.google.api.services.pubsub.model.Topic;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Looks whether dead letters can be published to a topic. Changes nothing. */
final class PubsubTopicCheck {
  private static final String PUBLISH = "pubsub.topics.publish";
  private static final int NOT_FOUND = 404;
  private static final int FORBIDDEN = 403;

  private PubsubTopicCheck() {}

  static List<String> check(Pubsub client, String project, String topic) {
    Pubsub.Projects.Topics topics = client.projects().topics();
    String path = "projects/" + project + "/topics/" + topic;
    List<String> problems = new ArrayList<>();
    try {
      Topic found = topics.get(path).execute();
      if (found.getSchemaSettings() != null) {
        problems.add(
            where(project, topic)
                + " has a schema, and dead letters have none: use a topic without a schema");
      }
    } catch (HttpResponseException e) {
      // Who may publish to a topic need not be allowed to see it.
      if (e.getStatusCode() != FORBIDDEN) {
        return List.of(refused(project, topic, e));
      }
    } catch (IOException e) {
      return List.of(
          where(project, topic)
              + ": Pub/Sub does not answer at "
              + client.getRootUrl()
              + " ("
              + e.getMessage()
              + ")");
    }
    try {
      TestIamPermissionsResponse may =
          topics
              .testIamPermissions(
                  path, new TestIamPermissionsRequest().setPermissions(List.of(PUBLISH)))
              .execute();
      if (may.getPermissions() == null || !may.getPermissions().contains(PUBLISH)) {
        problems.add(
            where(project, topic)
                + ": no right to publish, or no such topic: grant roles/pubsub.publisher on it");
      }
    } catch (IOException e) {
      // The emulator knows no rights; and a service that does not say is asked when it matters.
    }
    return problems;
  }

  private static String refused(String project, String topic, HttpResponseException e) {
    if (e.getStatusCode() == NOT_FOUND) {
      return where(project, topic)
          + " does not exist: create it with `gcloud pubsub topics create "
          + topic
          + " --project="
          + project
          + "`, or correct --deadLetters";
    }
    return where(project, topic) + ": " + PubsubSender.reason(e);
  }

  static String where(String project, String topic) {
    return "dead letters' topic `" + topic + "` in project `" + project + "`";
  }
}
