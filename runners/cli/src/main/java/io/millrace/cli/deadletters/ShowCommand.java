package io.millrace.cli.deadletters;

import io.millrace.cli.explain.DeadLetterPlace;
import io.millrace.cli.explain.EventExplanation;
import io.millrace.cli.explain.ExplanationText;
import io.millrace.cli.explain.RecordExplainer;
import io.millrace.cli.explain.StoredDeadLetter;
import io.millrace.cli.support.CommandErrors;
import io.millrace.contract.Contract;
import io.millrace.event.SourceRecord;
import io.millrace.pipeline.WrongUseException;
import io.millrace.redact.EventRedactor;
import io.millrace.redact.SealedBytes;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.checkerframework.checker.nullness.qual.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints all of one dead letter, and what would become of it now. */
@Command(
    name = "show",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Prints all fields of a dead letter, its key, headers and bytes. With --contract, also what",
      "becomes of it under that contract, as `explain` says it. Changes nothing."
    },
    footer = {
      "",
      "Example: scripts/millrace dead-letters show app/2@4711 --contract=app.yaml"
          + " --output=clickhouse://127.0.0.1:18123/telemetry",
      "Example: scripts/millrace dead-letters show app/2@4711#3 --contract=app.yaml --decrypt"
          + " --from=kafka://127.0.0.1:19092/app-dead"
    })
final class ShowCommand implements Callable<Integer> {
  @Mixin LetterFlags flags = new LetterFlags();

  @Parameters(
      index = "0",
      paramLabel = "PLACE",
      description = "topic/partition@offset[#element], as `dead-letters list --each` prints it.")
  String place;

  @Option(
      names = "--mostBytes",
      paramLabel = "N",
      defaultValue = "4096",
      description = "Print N bytes of a value at most. Default: ${DEFAULT-VALUE}")
  int mostBytes;

  @Option(
      names = "--decrypt",
      description = "Print the bytes that the contract encrypts. The contract names the key.")
  boolean decrypt;

  @Spec CommandSpec spec;

  @Override
  public Integer call() {
    CommandErrors.atLeast(spec, "--mostBytes", 0, mostBytes);
    DeadLetterPlace at = parsedPlace();
    LetterFlags.Query query = flags.read(at, true);
    Contract contract = query.contract();
    if (decrypt && contract == null) {
      throw new WrongUseException("--decrypt: only with --contract, which names the key");
    }
    List<StoredDeadLetter> letters = new ArrayList<>();
    query.store().read(query.filter(), true, letters::add);
    if (letters.isEmpty()) {
      throw new WrongUseException("no dead letter %s in %s".formatted(at, query.store().address()));
    }
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    for (StoredDeadLetter letter : letters) {
      StoredDeadLetter shown = decrypt ? decrypted(letter, contract) : letter;
      out.println(LetterText.all(shown, shown.record().value(), mostBytes));
      if (contract != null) {
        try (RecordExplainer explainer = RecordExplainer.of(contract, System.currentTimeMillis())) {
          for (EventExplanation event : letter.explain(explainer, contract.holdsMany()).events()) {
            out.println("now " + ExplanationText.of(event));
          }
        }
      }
    }
    out.flush();
    return 0;
  }

  private DeadLetterPlace parsedPlace() {
    try {
      return DeadLetterPlace.parse(place);
    } catch (IllegalArgumentException e) {
      throw new WrongUseException("PLACE: " + e.getMessage());
    }
  }

  private static StoredDeadLetter decrypted(StoredDeadLetter letter, @Nullable Contract contract) {
    if (contract == null || !SealedBytes.isSealed(letter.record())) {
      return letter;
    }
    EventRedactor redactor = EventRedactor.of(contract);
    if (redactor == null) {
      throw new WrongUseException("the bytes are encrypted, but the contract has no key");
    }
    try {
      SourceRecord opened = redactor.open(letter.record());
      byte[] value = opened.value();
      return new StoredDeadLetter(
          opened,
          value == null ? -1 : value.length,
          letter.code(),
          letter.message(),
          letter.stage(),
          letter.sink(),
          letter.contract(),
          letter.contractVersion(),
          letter.consumer(),
          letter.firstSeenMillis(),
          letter.attempt());
    } catch (IllegalArgumentException e) {
      throw new WrongUseException("%s: %s".formatted(letter.place(), e.getMessage()));
    }
  }
}
