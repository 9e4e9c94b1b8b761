package io.millrace.pipeline;

import io.millrace.options.MillraceOptionsRegistrar;
import java.beans.Introspector;
import java.io.PrintStream;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Comparator;
import org.apache.beam.sdk.options.Default;
import org.apache.beam.sdk.options.Description;

/** Prints the help of Millrace's own flags from their declarations. */
public final class RunHelp {
  private RunHelp() {}

  /** Prints every flag with its description, examples and default. */
  public static void print(PrintStream out) {
    MillraceOptionsRegistrar.flags().stream()
        .flatMap(flags -> Arrays.stream(flags.getDeclaredMethods()))
        .filter(method -> method.isAnnotationPresent(Description.class))
        .sorted(Comparator.comparing(Method::getName))
        .forEach(
            method -> {
              out.println("  --" + flag(method) + defaultOf(method));
              String text = method.getAnnotation(Description.class).value();
              out.println("      " + text.replace(" Example: ", "\n      Example: "));
            });
    out.println();
    out.println("All flags of Beam and of the runner are supported, too.");
  }

  private static String flag(Method getter) {
    return Introspector.decapitalize(getter.getName().substring("get".length()));
  }

  private static String defaultOf(Method getter) {
    if (getter.isAnnotationPresent(Default.Integer.class)) {
      return "  (default " + getter.getAnnotation(Default.Integer.class).value() + ")";
    }
    if (getter.isAnnotationPresent(Default.String.class)) {
      return "  (default " + getter.getAnnotation(Default.String.class).value() + ")";
    }
    return "";
  }
}
