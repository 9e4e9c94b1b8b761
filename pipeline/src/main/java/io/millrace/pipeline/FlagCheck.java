package io.millrace.pipeline;

import io.millrace.io.flags.FlagReader;
import io.millrace.options.MillraceOptions;
import io.millrace.options.MillraceOptionsRegistrar;
import io.millrace.options.RunConfig;
import java.beans.Introspector;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.options.Default;
import org.apache.beam.sdk.options.PipelineOptions;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Finds problems of a run's flags and contract without loading Beam, which takes seconds. {@link
 * Launch} finds the rest.
 *
 * <p>Cost: the contract is loaded once more.
 */
public final class FlagCheck {
  private static final String CLOUD_STORAGE = "gs://";

  /** The getters of Millrace's own flags, by flag. */
  private static final Map<String, Method> DECLARED = declared();

  private FlagCheck() {}

  /**
   * Every problem of the flags and the contract, one line each; empty if there is none.
   *
   * @param args flags of Millrace and Beam, without those of the command itself
   * @param runner simple name of the default runner's class
   * @param needsInput whether --input must be given
   */
  public static List<String> problems(List<String> args, String runner, boolean needsInput) {
    FlagTypes own = FlagTypes.of(MillraceOptionsRegistrar.flags());
    List<String> problems = new ArrayList<>();
    Map<String, String> values = new HashMap<>();
    List<String> otherArgs = new ArrayList<>();
    List<String> ownArgs = new ArrayList<>();
    for (String arg : args) {
      int equals = arg.indexOf('=');
      String name = arg.startsWith("--") ? arg.substring(2, Math.max(2, equals)) : "";
      if (DECLARED.containsKey(name)) {
        ownArgs.add(arg);
        // As in Beam, a list may be in one flag or in several.
        boolean list = DECLARED.get(name).getReturnType() == List.class;
        values.merge(
            name, arg.substring(equals + 1), (first, next) -> list ? first + "," + next : next);
      } else {
        otherArgs.add(arg);
        if (name.equals("runner")) {
          values.put(name, arg.substring(equals + 1));
        }
      }
    }
    if (!otherArgs.isEmpty()) {
      problems.addAll(problems(otherArgs, runner, List.of()));
    }
    List<String> typeProblems = own.problems(ownArgs);
    problems.addAll(typeProblems);
    String contract = values.get("contract");
    boolean inCloudStorage = contract != null && contract.contains(CLOUD_STORAGE);
    // Ignore values of the wrong type, so that the other problems are reported, too.
    typeProblems.forEach(line -> values.remove(line.substring(2, line.indexOf(':'))));
    MillraceOptions options = options(values, values.getOrDefault("runner", runner));
    problems.addAll(RunConfig.problems(options, needsInput, !inCloudStorage));
    return problems;
  }

  /**
   * Every problem with the names of flags and with values that have few forms, one line each.
   *
   * @param args command-line flags, each as {@code --name=value}
   * @param runner the simple name of the class of the runner that the flags are for
   * @param more options beside Millrace's, Beam's and that runner's
   */
  public static List<String> problems(
      List<String> args, String runner, List<Class<? extends PipelineOptions>> more) {
    return FlagTypes.withBeams(runner, more).problems(args);
  }

  /**
   * Parses Millrace's own flags without Beam's options factory.
   *
   * @param values values by flag; other flags have their defaults
   * @param runner simple name of the runner's class; empty if there is none
   */
  public static FlagReader reader(Map<String, String> values, String runner) {
    return new FlagReader(options(values, runner));
  }

  private static Map<String, Method> declared() {
    Map<String, Method> getters = new HashMap<>();
    for (Class<?> flags : MillraceOptionsRegistrar.flags()) {
      for (Method method : flags.getDeclaredMethods()) {
        if (method.getParameterCount() == 0 && method.getName().startsWith("get")) {
          getters.put(name(method), method);
        }
      }
    }
    return getters;
  }

  private static String name(Method getter) {
    return Introspector.decapitalize(getter.getName().substring("get".length()));
  }

  /** Read-only options with Millrace's own flags, the runner, and the default name of a job. */
  private static MillraceOptions options(Map<String, String> values, String runner) {
    InvocationHandler read =
        (proxy, method, arguments) -> {
          if (DECLARED.containsValue(method)) {
            return value(method, values.get(name(method)));
          }
          if (method.getName().equals("as")) {
            return proxy;
          }
          if (method.getDeclaringClass() == PipelineOptions.class
              && method.getName().equals("getRunner")) {
            return standIn(runner);
          }
          if (method.getName().equals("getJobName")) {
            return Launch.JOB_NAME;
          }
          throw new UnsupportedOperationException(method.getName());
        };
    return (MillraceOptions)
        Proxy.newProxyInstance(
            FlagCheck.class.getClassLoader(),
            MillraceOptionsRegistrar.flags().toArray(Class<?>[]::new),
            read);
  }

  private static @Nullable Object value(Method getter, @Nullable String text) {
    Class<?> type = getter.getReturnType();
    if (type == int.class) {
      Default.Integer byDefault = getter.getAnnotation(Default.Integer.class);
      return text == null
          ? (byDefault == null ? 0 : byDefault.value())
          : Integer.parseInt(text.strip());
    }
    if (type == long.class) {
      Default.Long byDefault = getter.getAnnotation(Default.Long.class);
      return text == null
          ? (byDefault == null ? 0L : byDefault.value())
          : Long.parseLong(text.strip());
    }
    if (type == boolean.class) {
      Default.Boolean byDefault = getter.getAnnotation(Default.Boolean.class);
      return text == null
          ? byDefault != null && byDefault.value()
          : Boolean.parseBoolean(text.strip());
    }
    if (type == List.class) {
      return text == null ? null : List.of(text.split(",", -1));
    }
    if (text != null) {
      return text;
    }
    Default.String byDefault = getter.getAnnotation(Default.String.class);
    return byDefault == null ? null : byDefault.value();
  }

  /**
   * Stand-in for the runner's class, whose simple name is enough; the class itself would load the
   * runner.
   */
  private static Class<?> standIn(String runner) {
    String name = runner.substring(runner.lastIndexOf('.') + 1);
    if (name.equalsIgnoreCase("DirectRunner")) {
      return DirectRunner.class;
    }
    if (name.equalsIgnoreCase("FlinkRunner")) {
      return FlinkRunner.class;
    }
    return name.equalsIgnoreCase("DataflowRunner") ? DataflowRunner.class : AnyRunner.class;
  }

  private interface DirectRunner {}

  private interface FlinkRunner {}

  private interface DataflowRunner {}

  private interface AnyRunner {}

  /** {@code dead-letters}: deadLetters, as Beam spells flags. */
  public static String camelCase(String name) {
    StringBuilder camel = new StringBuilder();
    for (String word : name.split("-", -1)) {
      boolean first = camel.isEmpty() || word.isEmpty();
      camel.append(first ? word : Character.toUpperCase(word.charAt(0)) + word.substring(1));
    }
    return camel.toString();
  }
}
