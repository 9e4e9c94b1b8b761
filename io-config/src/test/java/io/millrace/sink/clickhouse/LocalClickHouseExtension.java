package io.millrace.sink.clickhouse;

import io.millrace.local.LocalClickHouse;
import io.millrace.local.LocalStack;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** One real engine for all tests of the JVM: a test asks for it by a parameter. */
final class LocalClickHouseExtension implements ParameterResolver {
  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(LocalClickHouseExtension.class);

  /** Closed by JUnit after the last test. */
  private record Running(LocalStack stack, Path directory)
      implements ExtensionContext.Store.CloseableResource {
    static Running start() {
      try {
        Path directory = Files.createTempDirectory("millrace-sink-test");
        return new Running(LocalStack.builder().dataDirectory(directory).start(), directory);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() throws IOException {
      stack.close();
      List<Path> paths;
      try (Stream<Path> all = Files.walk(directory)) {
        paths = all.sorted(Comparator.reverseOrder()).collect(Collectors.toList());
      }
      for (Path path : paths) {
        Files.deleteIfExists(path);
      }
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == LocalClickHouse.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return context
        .getRoot()
        .getStore(NAMESPACE)
        .getOrComputeIfAbsent(Running.class, k -> Running.start(), Running.class)
        .stack()
        .clickHouse();
  }
}
