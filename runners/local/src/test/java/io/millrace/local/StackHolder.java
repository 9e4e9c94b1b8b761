package io.millrace.local;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** A program that starts a stack and then waits for its own end, which is what tests are about. */
final class StackHolder {
  private StackHolder() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    Path directory = Path.of(args[0]);
    Lifetime lifetime = Lifetime.valueOf(args[1]);
    String searchPath = args.length > 2 ? args[2] : "";
    LocalStack stack =
        LocalStack.builder()
            .dataDirectory(directory)
            .searchPath(searchPath)
            .lifetime(lifetime)
            .start();
    if (args.length > 3) {
      // Somebody waits for its end before it has handed the servers over.
      new CountDownLatch(1).await();
    }
    LocalStack.writeState(stack, directory);
    if (lifetime == Lifetime.WITH_PARENT) {
      new CountDownLatch(1).await();
    }
  }
}
