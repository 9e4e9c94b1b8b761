package io.millrace.pubsub;

import com.google.api.client.http.HttpResponseException;
import com.google.api.services.pubsub.Pubsub;
import com.google.api.services.pubsub.model.TestIamPermissionsRequest;
import com.google.api.services.pubsub.model.TestIamPermissionsResponse;
import com.google.api.services.pubsub.model.Topic;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Checks that dead letters can be published to a topic. Changes nothing. */
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
                + " has a schema, which dead letters do not match: use a topic without a schema");
      }
    } catch (HttpResponseException e) {
      // The role of publishers does not include reading the topic.
      if (e.getStatusCode() != FORBIDDEN) {
        return List.of(explain(project, topic, e));
      }
    } catch (IOException e) {
      return List.of(
          "%s: Pub/Sub does not answer at %s (%s): check the network"
              .formatted(where(project, topic), client.getRootUrl(), e.getMessage()));
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
                + ": no permission to publish, or the topic does not exist: grant"
                + " roles/pubsub.publisher on it");
      }
    } catch (IOException e) {
      // The emulator does not support permissions. If the service fails, sending reports the
      // problem.
    }
    return problems;
  }

  private static String explain(String project, String topic, HttpResponseException e) {
    if (e.getStatusCode() == NOT_FOUND) {
      return ("%s does not exist: create it with `gcloud pubsub topics create %s"
              + " --project=%s`, or correct --deadLetters")
          .formatted(where(project, topic), topic, project);
    }
    return where(project, topic) + ": " + PubsubSender.reason(e);
  }

  static String where(String project, String topic) {
    return "dead-letter topic `" + topic + "` in project `" + project + "`";
  }
}
