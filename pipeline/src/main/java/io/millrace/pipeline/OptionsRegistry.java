package io.millrace.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Comparator.comparing;
import static java.util.stream.Collectors.joining;

import io.millrace.options.MillraceOptionsRegistrar;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLConnection;
import java.net.URLStreamHandler;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.HashSet;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.options.PipelineOptionsRegistrar;

/**
 * Beam's registry of options, with only those that the flags of this process need. Beam compares
 * each registered interface with all others, which takes a second of CPU time with the options of
 * all runners and of Google Cloud.
 *
 * <p>Only the options of flags depend on the registry. A step can use {@code options.as(…)} for any
 * interface.
 */
public final class OptionsRegistry {
  private static final String SERVICE =
      "META-INF/services/" + PipelineOptionsRegistrar.class.getName();
  private static final String ONE_PARSE = "millrace.options.one.parse";

  private OptionsRegistry() {}

  /** Declares that this process parses flags once, so that the registry may hold only theirs. */
  public static void forOneParse() {
    System.setProperty(ONE_PARSE, "true");
  }

  /**
   * Fills the registry for flags if the process has declared {@link #forOneParse} and Beam has no
   * registry yet.
   *
   * @param args command-line flags, each as {@code --name=value}
   */
  static void prepare(String... args) {
    if (!Boolean.getBoolean(ONE_PARSE)) {
      return;
    }
    System.clearProperty(ONE_PARSE);
    Thread thread = Thread.currentThread();
    ClassLoader loader = thread.getContextClassLoader();
    thread.setContextClassLoader(new Registrars(loader, needed(args)));
    try {
      // Beam fills the registry when the class is initialized, from the context class loader.
      Object unused = PipelineOptionsFactory.getRegisteredOptions();
    } finally {
      thread.setContextClassLoader(loader);
    }
  }

  /**
   * Registers all options, for flags that Beam has rejected.
   *
   * @return whether some were missing
   */
  static boolean complete() {
    Set<Class<? extends PipelineOptions>> registered =
        PipelineOptionsFactory.getRegisteredOptions();
    boolean missing =
        ServiceLoader.load(PipelineOptionsRegistrar.class).stream()
            .flatMap(registrar -> options(registrar.get()).stream())
            .anyMatch(options -> !registered.contains(options));
    if (missing) {
      PipelineOptionsFactory.resetCache();
    }
    return missing;
  }

  /** The class names of the registrars that declare the flags. */
  static Set<String> needed(String... args) {
    Set<String> missing = new HashSet<>();
    for (String arg : args) {
      int equals = arg.indexOf('=');
      missing.add(arg.substring(Math.min(2, arg.length()), equals < 2 ? arg.length() : equals));
    }
    Set<String> needed = new HashSet<>(Set.of(MillraceOptionsRegistrar.class.getName()));
    missing.removeAll(flags(new MillraceOptionsRegistrar()));
    missing.removeAll(FlagTypes.of(List.of(PipelineOptions.class)).all().keySet());
    List<PipelineOptionsRegistrar> all = new ArrayList<>();
    ServiceLoader.load(PipelineOptionsRegistrar.class).forEach(all::add);
    // The SDK's before those of runners, which inherit many of its flags.
    all.sort(comparing((PipelineOptionsRegistrar each) -> each.getClass().getName()).reversed());
    for (PipelineOptionsRegistrar registrar : all) {
      if (missing.removeAll(flags(registrar))) {
        needed.add(registrar.getClass().getName());
      }
    }
    return needed;
  }

  private static Set<String> flags(PipelineOptionsRegistrar registrar) {
    return FlagTypes.of(options(registrar)).all().keySet();
  }

  private static Set<Class<? extends PipelineOptions>> options(PipelineOptionsRegistrar registrar) {
    Set<Class<? extends PipelineOptions>> options = new HashSet<>();
    registrar.getPipelineOptions().forEach(options::add);
    return options;
  }

  /** A class loader whose service file names only some registrars. */
  private static final class Registrars extends ClassLoader {
    private final byte[] names;

    Registrars(ClassLoader parent, Set<String> names) {
      super(parent);
      this.names = names.stream().sorted().collect(joining("\n")).getBytes(UTF_8);
    }

    @Override
    public Enumeration<URL> getResources(String name) throws IOException {
      return name.equals(SERVICE)
          ? Collections.enumeration(List.of(new URL(null, "registrars:", new InMemory(names))))
          : super.getResources(name);
    }
  }

  /** Opens some bytes. */
  private static final class InMemory extends URLStreamHandler {
    private final byte[] content;

    InMemory(byte[] content) {
      this.content = content;
    }

    @Override
    protected URLConnection openConnection(URL url) {
      return new URLConnection(url) {
        @Override
        public void connect() {}

        @Override
        public InputStream getInputStream() {
          return new ByteArrayInputStream(content);
        }
      };
    }
  }
}
