package io.millrace.cli.flink;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Prints the results of the Flink commands. */
final class JobOutput {
  private JobOutput() {}

  static void submitted(SubmittedJob job, boolean json) {
    if (json) {
      System.out.println(object(job));
    } else {
      System.out.println("job " + job.id() + " runs at http://" + job.master());
    }
  }

  static void savepoint(SubmittedJob job, String savepoint, boolean json) {
    System.out.println(json ? object(job).put("savepoint", savepoint) : savepoint);
  }

  private static ObjectNode object(SubmittedJob job) {
    return new ObjectMapper()
        .createObjectNode()
        .put("job", job.id())
        .put("cluster", "http://" + job.master());
  }
}
