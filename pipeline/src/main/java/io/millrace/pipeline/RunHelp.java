package io.millrace.pipeline;

import io.millrace.io.flags.FlagDeclaration;
import io.millrace.options.MillraceOptionsRegistrar;
import java.io.PrintStream;
import java.util.List;

/** Prints the help of Millrace's own flags from their declarations. */
public final class RunHelp {
  private RunHelp() {}

  /** Prints every flag with its description, examples and default, under its group's heading. */
  public static void print(PrintStream out) {
    MillraceOptionsRegistrar.flags()
        .forEach(
            options -> {
              List<FlagDeclaration> flags = FlagDeclaration.of(List.of(options));
              out.println();
              out.println(flags.get(0).group() + ":");
              flags.forEach(flag -> print(flag, out));
            });
    out.println();
    out.println("All flags of Beam and of the runner are supported, too.");
  }

  private static void print(FlagDeclaration flag, PrintStream out) {
    String preset = flag.preset() == null ? "" : "  (default " + flag.preset() + ")";
    out.println("  --" + flag.name() + preset);
    out.println("      " + flag.help());
    flag.examples().forEach(value -> out.println("      Example: --" + flag.name() + "=" + value));
  }
}
