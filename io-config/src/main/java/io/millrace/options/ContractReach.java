package io.millrace.options;

import io.millrace.contract.Contract;
import io.millrace.contract.Lookup;
import io.millrace.contract.Redaction;
import io.millrace.security.SecretReference;
import java.util.ArrayList;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * What a contract refers to on the computer that starts the run, which workers on other computers
 * cannot read: secrets in files and in the environment, and files of look-ups.
 */
final class ContractReach {
  private static final String LOCAL_FILE = "file:";

  private final String file;
  private final List<String> problems = new ArrayList<>();

  private ContractReach(String file) {
    this.file = file;
  }

  /**
   * A line for each reference that workers cannot read.
   *
   * @param file the contract's file, for messages
   */
  static List<String> problems(String file, Contract contract) {
    ContractReach reach = new ContractReach(file);
    contract.formatOptions().forEach((option, value) -> reach.secret("format." + option, value));
    for (Lookup lookup : contract.lookups()) {
      String place = "lookups." + lookup.name() + ".";
      lookup.options().forEach((option, value) -> reach.secret(place + option, value));
      if (lookup.from().startsWith(LOCAL_FILE)) {
        reach.problem(
            place + "from", "file: is not supported on Dataflow; put the file into Cloud Storage");
      }
    }
    Redaction redaction = contract.redaction();
    for (int i = 0; i < redaction.rules().size(); i++) {
      reach.secret("redact[" + i + "].key", redaction.rules().get(i).key());
    }
    reach.secret("dead_letters.key", redaction.bytesKey());
    return List.copyOf(reach.problems);
  }

  private void secret(String place, @Nullable String reference) {
    if (SecretReference.isLocal(reference)) {
      problem(
          place,
          "env: and file: are not supported on Dataflow; put the secret into Secret Manager and"
              + " refer to it by gcp-secret:projects/PROJECT/secrets/SECRET/versions/VERSION");
    }
  }

  private void problem(String place, String text) {
    problems.add(file + ": " + place + ": " + text);
  }
}
