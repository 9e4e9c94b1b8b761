package io.millrace.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Groups the benchmarks and fault tests, one sub-command each. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description =
        "Benchmarks steps against alternatives, and verifies the results while faults are"
            + " injected.",
    subcommands = CommandLine.HelpCommand.class,
    footer = {"", "Example: scripts/millrace bench steps --only=dedupe"})
final class BenchCommand {}
