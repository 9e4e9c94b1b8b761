package io.millrace.options;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.startsWith;

import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractLoader;
import org.junit.jupiter.api.Test;

/** What workers on other computers cannot read is a problem, wherever a contract names it. */
class ContractReachTest {
  private static Contract contract(String secret, String users) {
    return ContractLoader.parse(
        """
        contract: c
        fields:
          id: {type: string, required: true}
          at: {type: timestamp, required: true}
          email: {type: string}
        event_time: {field: at}
        identity: [id, at]
        lookups:
          users: {from: '%2$s/u.csv', key: id, columns: [plan]}
          shops: {from: 'https://host/s.csv', key: id, columns: [shop], token: '%1$s'}
          teams: {from: 'https://host/t.csv', key: id, columns: [team], user: u, password: '%1$s'}
        redact:
          - {field: id, do: hash, key: '%1$s'}
          - {field: email, do: remove}
          - {pattern: '[0-9]{9}', do: mask, key: '%1$s'}
        dead_letters: {bytes: encrypt, key: '%1$s'}
        """
            .formatted(secret, users),
        "c.yaml");
  }

  @Test
  void reportsLocalSecretsAndFiles() {
    assertThat(
        ContractReach.problems("c.yaml", contract("env:NAME", "file:///data")),
        containsInAnyOrder(
            startsWith("c.yaml: lookups.users.from: file: is not supported on Dataflow"),
            startsWith("c.yaml: lookups.shops.token: env: and file: are not supported"),
            startsWith("c.yaml: lookups.teams.password: env: and file: are not supported"),
            startsWith("c.yaml: redact[0].key: env: and file: are not supported"),
            startsWith("c.yaml: redact[2].key: env: and file: are not supported"),
            startsWith("c.yaml: dead_letters.key: env: and file: are not supported")));
  }

  @Test
  void acceptsWhatEveryWorkerCanRead() {
    assertThat(
        ContractReach.problems(
            "c.yaml", contract("gcp-secret:projects/p/secrets/s/versions/1", "gs://bucket")),
        empty());
  }
}
