package io.millrace.resilience;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasSize;

import io.millrace.cli.Millrace;
import java.util.ArrayList;
import java.util.IllegalFormatException;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/** Of all commands, because this module's class path holds the measurements, too. */
class HelpTextsTest {
  /** Picocli formats help texts, and prints a warning for one that it cannot format. */
  @Test
  void arePatternsThatCanBeFormatted() {
    List<String> texts = new ArrayList<>();
    collect(Millrace.commandLine(), texts);
    assertThat(texts, hasSize(greaterThan(100)));
    assertThat(texts.stream().filter(text -> !canBeFormatted(text)).toList(), empty());
  }

  private static void collect(CommandLine command, List<String> texts) {
    UsageMessageSpec usage = command.getCommandSpec().usageMessage();
    texts.addAll(List.of(usage.header()));
    texts.addAll(List.of(usage.description()));
    texts.addAll(List.of(usage.footer()));
    for (ArgSpec argument : command.getCommandSpec().args()) {
      texts.addAll(List.of(argument.description()));
    }
    command.getSubcommands().values().forEach(sub -> collect(sub, texts));
  }

  private static boolean canBeFormatted(String text) {
    try {
      return !String.format(text).isEmpty() || text.isEmpty();
    } catch (IllegalFormatException e) {
      return false;
    }
  }
}
