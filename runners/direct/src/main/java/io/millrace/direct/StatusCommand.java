package io.millrace.direct;

import io.millrace.local.LocalStack;
import io.millrace.local.ServerStatus;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows the local stack. */
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    description = "Shows whether the local stack is up, and where. Exit code 1 if it is not.",
    footer = {"", "Example: scripts/millrace status --json"})
final class StatusCommand implements Callable<Integer> {
  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Override
  public Integer call() {
    List<ServerStatus> servers = LocalStack.status(Home.data());
    if (json) {
      Json object = Json.object();
      for (ServerStatus server : servers) {
        object.put(
            server.name(),
            Json.object()
                .put("address", server.address())
                .put("running", server.running())
                .put("answers", server.answers())
                .put("pid", server.pid())
                .put("since", server.since().toString()));
      }
      System.out.println(object.text());
    } else if (servers.isEmpty()) {
      System.out.println("the local stack is not up: `scripts/millrace up` starts it");
    } else {
      servers.forEach(StatusCommand::print);
    }
    boolean allAnswer = !servers.isEmpty() && servers.stream().allMatch(ServerStatus::answers);
    return allAnswer ? 0 : Millrace.FAILED;
  }

  private static void print(ServerStatus server) {
    String state =
        server.answers() ? "answers" : server.running() ? "runs, but does not answer" : "is down";
    String process =
        server.pid() < 0 ? "not ours" : "pid " + server.pid() + " since " + server.since();
    System.out.printf("%-20s %s at %s (%s)%n", server.name(), state, server.address(), process);
  }
}
