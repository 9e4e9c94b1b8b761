package io.millrace.local;

import io.millrace.local.process.Lifetime;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** A program that starts a stack and then waits for its own end, which is what tests are about. */
public final class StackHolder {
  private StackHolder() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    Path directory = Path.of(args[0]);
    Lifetime lifetime = Lifetime.valueOf(args[1]);
    // The last argument of every child is for ParentWatch.
    List<String> more = Arrays.asList(args).subList(2, args.length - 1);
    String searchPath = more.isEmpty() ? "" : more.get(0);
    LocalStack stack =
        LocalStack.builder()
            .dataDirectory(directory)
            .searchPath(searchPath)
            .lifetime(lifetime)
            .start();
    if (more.size() > 1) {
      // Somebody waits for its end before it has handed the servers over.
      new CountDownLatch(1).await();
    }
    LocalStack.writeState(stack, List.of(), directory);
    if (lifetime == Lifetime.WITH_PARENT) {
      new CountDownLatch(1).await();
    }
  }
}
