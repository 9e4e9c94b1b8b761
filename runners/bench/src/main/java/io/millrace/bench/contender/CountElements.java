package io.millrace.bench.contender;

import java.nio.file.Path;
import org.apache.beam.sdk.transforms.DoFn;

/** Counts elements in {@link CountFile}s, as the end of a partial pipeline. */
final class CountElements<T> extends DoFn<T, Void> {
  private static final long serialVersionUID = 1L;

  private final String directory;
  private final String what;
  private transient CountFile count;

  CountElements(Path directory, String what) {
    this.directory = directory.toString();
    this.what = what;
  }

  @Setup
  public void setUp() {
    count = CountFile.open(Path.of(directory), what);
  }

  @ProcessElement
  public void process() {
    count.increment();
  }
}
