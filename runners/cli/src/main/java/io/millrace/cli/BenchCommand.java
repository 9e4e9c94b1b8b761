package io.millrace.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** What is measured and what is broken on purpose, a sub-command for each. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description =
        "Measures what a step costs, side by side with other ways to do the same; and proves what"
            + " becomes of a stream when something breaks.",
    subcommands = CommandLine.HelpCommand.class,
    footer = {"", "Example: scripts/millrace bench dedupe"})
final class BenchCommand {}
