package io.millrace.pipeline;

import io.millrace.options.MillraceOptions;
import java.beans.Introspector;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.options.PipelineOptionsRegistrar;
import org.apache.beam.sdk.runners.PipelineRunnerRegistrar;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The value type of each flag, read from the options interfaces. Beam's options factory takes
 * seconds to load and reports only one problem, without the flag's name.
 */
final class FlagTypes {
  private static final String HELP = ": see `scripts/millrace run --help`";

  private static final Set<Class<?>> WHOLE =
      Set.of(long.class, Long.class, short.class, Short.class, byte.class, Byte.class);
  private static final Set<Class<?>> FRACTIONS =
      Set.of(double.class, Double.class, float.class, Float.class);

  private static final String RUNNERS = "org.apache.beam.runners.";

  /** Empty: any. */
  private final String runner;

  private final Map<String, Class<?>> types;

  private FlagTypes(String runner, Map<String, Class<?>> types) {
    this.runner = runner;
    this.types = types;
  }

  /** The flags of some options interfaces, including inherited ones. */
  static FlagTypes of(Collection<Class<? extends PipelineOptions>> options) {
    return of("", options);
  }

  private static FlagTypes of(String runner, Collection<Class<? extends PipelineOptions>> options) {
    Map<String, Class<?>> types = new HashMap<>();
    for (Class<? extends PipelineOptions> option : options) {
      for (Method method : option.getMethods()) {
        String name = flag(method);
        if (name != null) {
          types.putIfAbsent(name, method.getReturnType());
        }
      }
    }
    return new FlagTypes(runner, types);
  }

  /**
   * The flags of Beam, of one runner, and of additional options.
   *
   * @param runner the simple name of its class; others on the class path are left out
   */
  static FlagTypes withBeams(String runner, Collection<Class<? extends PipelineOptions>> more) {
    Set<Class<? extends PipelineOptions>> all = new HashSet<>(more);
    all.add(PipelineOptions.class);
    for (PipelineOptionsRegistrar registrar : ServiceLoader.load(PipelineOptionsRegistrar.class)) {
      for (Class<? extends PipelineOptions> options : registrar.getPipelineOptions()) {
        if (isFor(runner, options)) {
          all.add(options);
        }
      }
    }
    return of(runner, all);
  }

  /** Whether a class of Beam's is no runner's, or that runner's. */
  private static boolean isFor(String runner, Class<?> type) {
    String name = type.getName();
    return !name.startsWith(RUNNERS)
        || name.startsWith(RUNNERS + runner.replace("Runner", "").toLowerCase(Locale.ROOT) + ".");
  }

  /** The flag that a method is the getter of; null if it is none. */
  private static @Nullable String flag(Method method) {
    if (method.getParameterCount() > 0) {
      return null;
    }
    String name = method.getName();
    if (name.startsWith("get")) {
      return Introspector.decapitalize(name.substring("get".length()));
    }
    boolean is = name.startsWith("is") && method.getReturnType() == boolean.class;
    return is ? Introspector.decapitalize(name.substring("is".length())) : null;
  }

  /** All flags and their types. */
  Map<String, Class<?>> all() {
    return Map.copyOf(types);
  }

  /**
   * Every unknown flag, and every invalid number, boolean, enum or runner. Other values are
   * validated where they are parsed.
   *
   * @param args command-line flags, each as {@code --name=value}
   */
  List<String> problems(Collection<String> args) {
    List<String> problems = new ArrayList<>();
    Map<String, List<String>> values = new LinkedHashMap<>();
    for (String arg : args) {
      if (!arg.startsWith("--") || arg.length() == 2) {
        // The value is not quoted, because it may be a secret.
        problems.add(
            "a value without a flag: expected --flag=value, with `=` and no space between" + HELP);
        continue;
      }
      int equals = arg.indexOf('=');
      String name = arg.substring(2, equals < 0 ? arg.length() : equals);
      // As in Beam, a flag without a value is true.
      String value = equals < 0 ? "true" : arg.substring(equals + 1);
      values.computeIfAbsent(name, flag -> new ArrayList<>()).add(value);
    }
    values.forEach(
        (name, given) -> {
          Class<?> type = types.get(name);
          if (type == null) {
            String today = FlagCheck.camelCase(name);
            boolean respelled = !today.equals(name) && types.containsKey(today);
            problems.add("unknown option --" + name + (respelled ? ": use --" + today : HELP));
            return;
          }
          boolean several = type.isArray() || Collection.class.isAssignableFrom(type);
          if (given.size() > 1 && !several && !Map.class.isAssignableFrom(type)) {
            problems.add("--" + name + ": given " + given.size() + " times, expected once");
            return;
          }
          String expected = several ? null : expected(name, type, given.get(0).strip());
          if (expected != null) {
            problems.add("--" + name + ": expected " + expected + ", found `" + given.get(0) + "`");
          }
        });
    return problems;
  }

  /**
   * The problems of flags that Beam has rejected, one line each.
   *
   * @param refusal Beam's exception, which usually does not name the flag
   */
  static List<String> problems(String[] args, RuntimeException refusal) {
    List<String> problems =
        of(PipelineOptionsFactory.getRegisteredOptions()).problems(List.of(args));
    if (!problems.isEmpty()) {
      return problems;
    }
    List<String> refused = new ArrayList<>();
    for (String arg : args) {
      try {
        Object unused = PipelineOptionsFactory.fromArgs(arg).as(MillraceOptions.class);
      } catch (RuntimeException e) {
        // Beam's message is not used, because it may quote a secret value.
        int equals = arg.indexOf('=');
        refused.add(
            (equals < 0 ? arg : arg.substring(0, equals))
                + ": Beam cannot read the value: see the documentation of Beam's options");
      }
    }
    return refused.isEmpty()
        ? List.of(
            String.valueOf(refusal.getMessage()).lines().findFirst().orElse("invalid flags") + HELP)
        : refused;
  }

  /** The expected form of an invalid value; null if the value may be valid. */
  private @Nullable String expected(String name, Class<?> type, String value) {
    if (type == int.class || type == Integer.class) {
      return isNumber(() -> Integer.parseInt(value)) ? null : "a whole number" + range(value);
    }
    if (WHOLE.contains(type)) {
      return isNumber(() -> Long.parseLong(value)) ? null : "a whole number";
    }
    if (FRACTIONS.contains(type)) {
      return isNumber(() -> Double.parseDouble(value)) ? null : "a number";
    }
    if (type == boolean.class || type == Boolean.class) {
      boolean known = value.equalsIgnoreCase("true") || value.equalsIgnoreCase("false");
      return known ? null : "true or false";
    }
    if (type.isEnum()) {
      List<String> constants =
          Stream.of(type.getEnumConstants()).map(constant -> ((Enum<?>) constant).name()).toList();
      return constants.contains(value) ? null : "one of " + String.join(", ", constants);
    }
    if (name.equals("runner") && type == Class.class) {
      return expectedRunner(value);
    }
    return null;
  }

  private static String range(String value) {
    return isNumber(() -> Long.parseLong(value)) ? " of at most 2147483647" : "";
  }

  private static boolean isNumber(Runnable parse) {
    try {
      parse.run();
      return true;
    } catch (NumberFormatException e) {
      return false;
    }
  }

  /** Names the command for another runner, because each command is for one runner. */
  private @Nullable String expectedRunner(String value) {
    List<String> known = new ArrayList<>();
    for (PipelineRunnerRegistrar registrar : ServiceLoader.load(PipelineRunnerRegistrar.class)) {
      for (Class<?> one : registrar.getPipelineRunners()) {
        if (runner.isEmpty() || runner.equals(one.getSimpleName())) {
          known.add(one.getSimpleName());
        }
      }
    }
    String wanted = value.toLowerCase(Locale.ROOT);
    boolean others =
        Stream.of("flink", "dataflow").anyMatch(other -> wanted.contains(other) && !isHere(other));
    if (known.stream().anyMatch(value::equalsIgnoreCase) || (!others && isClass(value))) {
      return null;
    }
    String here = known.stream().sorted().collect(Collectors.joining(" or "));
    if (wanted.contains("flink")) {
      return here + " (for Flink: `scripts/millrace submit-flink`)";
    }
    if (wanted.contains("dataflow")) {
      return here + " (for Dataflow: `scripts/millrace launch-dataflow`)";
    }
    return here
        + " (for Flink: `scripts/millrace submit-flink`, for Dataflow: `scripts/millrace"
        + " launch-dataflow`)";
  }

  private boolean isHere(String other) {
    return runner.isEmpty() || runner.toLowerCase(Locale.ROOT).startsWith(other);
  }

  private static boolean isClass(String name) {
    try {
      Class<?> unused = Class.forName(name, false, FlagTypes.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }
}
