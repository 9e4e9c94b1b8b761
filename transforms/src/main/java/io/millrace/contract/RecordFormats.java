package io.millrace.contract;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;

/** The formats on the class path, see {@link RecordFormat}. */
public final class RecordFormats {
  private static final Map<String, RecordFormat> BY_NAME = load();

  private RecordFormats() {}

  private static Map<String, RecordFormat> load() {
    Map<String, RecordFormat> formats = new TreeMap<>();
    // The threads of a worker may have another context class loader.
    for (RecordFormat format :
        ServiceLoader.load(RecordFormat.class, RecordFormat.class.getClassLoader())) {
      if (formats.put(format.name(), format) != null) {
        throw new IllegalStateException("two record formats have the name " + format.name());
      }
    }
    return Collections.unmodifiableMap(formats);
  }

  public static Optional<RecordFormat> named(String name) {
    return Optional.ofNullable(BY_NAME.get(name));
  }

  /** All names, in order. */
  public static Set<String> names() {
    return BY_NAME.keySet();
  }
}
