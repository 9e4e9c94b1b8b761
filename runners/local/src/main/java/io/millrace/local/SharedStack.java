package io.millrace.local;

import io.millrace.local.process.LocalFiles;
import io.millrace.local.process.LocalStackException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;

/**
 * One local stack for all integration tests of a JVM, because starting servers costs more than most
 * tests. It starts on first use and ends with the JVM. Tests that run in parallel or that need
 * settings of their own start their own stack.
 */
public final class SharedStack {
  private static final String OWN_DATABASES =
      "'system', 'information_schema', 'INFORMATION_SCHEMA', 'default'";

  private static final long LONGEST_NANOS = 120_000_000_000L;
  private static final long PAUSE_NANOS = 20_000_000;

  private SharedStack() {}

  /** Starts the stack when the class is initialized, which is on first use. */
  private static final class Running {
    private static final LocalStack STACK = start();

    private static LocalStack start() {
      try {
        Path directory = Files.createTempDirectory("millrace-shared-stack");
        LocalStack stack = LocalStack.builder().dataDirectory(directory).start();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(stack, directory)));
        return stack;
      } catch (IOException e) {
        throw new LocalStackException("cannot create a directory: " + e.getMessage(), e);
      }
    }

    private static void stop(LocalStack stack, Path directory) {
      stack.close();
      try {
        LocalFiles.deleteTree(directory);
      } catch (IOException e) {
        System.err.println("cannot delete " + directory + ": " + e.getMessage());
      }
    }
  }

  /** The stack, with both servers running, without topics and databases of earlier tests. */
  public static LocalStack clean() {
    LocalStack stack = Running.STACK;
    stack.kafka().start();
    stack.clickHouse().start();
    stack
        .clickHouse()
        .query("SELECT name FROM system.databases WHERE name NOT IN (" + OWN_DATABASES + ")")
        .lines()
        .forEach(name -> stack.clickHouse().query("DROP DATABASE `" + name + "` SYNC"));
    try (Admin admin =
        Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, stack.kafka().address()))) {
      admin.deleteTopics(admin.listTopics().names().get()).all().get();
      // The controller has deleted them now, but the broker learns it a little later. Until then it
      // takes records for a topic of the same name, and deletes them with the old one.
      long deadline = System.nanoTime() + LONGEST_NANOS;
      while (!admin.listTopics().names().get().isEmpty()) {
        if (System.nanoTime() - deadline > 0) {
          throw new LocalStackException("kafka does not delete the topics of earlier tests");
        }
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    } catch (ExecutionException e) {
      throw new LocalStackException("cannot delete topics: " + e.getCause().getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LocalStackException("interrupted while deleting topics", e);
    }
    return stack;
  }
}
