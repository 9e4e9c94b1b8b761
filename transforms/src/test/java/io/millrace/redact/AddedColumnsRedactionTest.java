package io.millrace.redact;

import static io.millrace.redact.Redacting.record;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.nullValue;

import io.millrace.contract.Contract;
import io.millrace.contract.export.ContractPage;
import io.millrace.contract.yaml.ContractException;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.decode.DecodeException;
import io.millrace.enrich.EventEnricher;
import io.millrace.event.Event;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Columns that events get after they were decoded obey rules as fields do. */
class AddedColumnsRedactionTest {
  private static final String MAIL = "alice@example.com";
  private static final String FIELDS =
      """
      contract: c
      fields:
        id: {type: string, required: true}
        at: {type: timestamp, required: true}
        email: {path: user.email, type: string}
        note: {type: text}
        labels: {type: map}
      event_time: {field: at}
      identity: [id, at]
      """;

  private static String contract(String derive, String... rules) {
    StringBuilder yaml = new StringBuilder(FIELDS).append("derive: {").append(derive).append("}\n");
    yaml.append("redact:\n");
    for (String rule : rules) {
      yaml.append("  - {").append(rule).append("}\n");
    }
    return yaml.toString();
  }

  private static String column(String yaml, String name) throws Exception {
    Redacting redacting = new Redacting(yaml);
    EventEnricher enricher = EventEnricher.withoutMetrics(redacting.contract);
    Event decoded =
        redacting
            .decoded(
                record(
                    "{\"id\":\"i1\",\"at\":\"2026-03-01T10:00:00Z\",\"user\":{\"email\":\""
                        + MAIL
                        + "\"},\"note\":\"mail "
                        + MAIL
                        + "\",\"labels\":{\"env\":\"dev\"}}"))
            .get(0);
    Event redacted = redacting.redactor.redact(enricher.enrich(decoded));
    Object value = redacting.value(redacting.shuffled(redacted), name);
    return value == null ? null : value.toString();
  }

  /** A copy refers to the bytes of the field, which no rule may be about. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "copy: email                            | field: copy, do: mask               | ***",
        "copy: email                            | 'field: copy, do: mask, keep: 4'    | ***.com",
        "copy: email                            | 'field: copy, do: truncate, keep: 2'| al",
        "'copy: \"email.substring(0, 5)\"'      | field: copy, do: mask               | ***",
        "'copy: \"email.lowerAscii()\"'         | field: copy, do: mask               | ***",
        "'copy: \"note + email\"'               | field: copy, do: mask               | ***",
        "'copy: \"note\"'                       | 'pattern: ''\\w+@\\w+'', do: mask'  | mail ***.com",
        "'copy: \"''to '' + email\"'            | 'pattern: ''\\w+@\\w+'', do: mask'  | to ***.com",
      })
  void obeyTheirOwnRules(String derive, String rule, String expected) throws Exception {
    assertThat(column(contract(derive, rule + idRule(rule)), "copy"), is(expected));
  }

  /** The identity is a text, which patterns only hash. */
  private static String idRule(String rule) {
    return rule.startsWith("pattern") ? ", key: 'env:REDACT_KEY'" : "";
  }

  @Test
  void areHashedAndRemoved() throws Exception {
    assertThat(
        column(contract("copy: email", "field: copy, do: hash, key: 'env:REDACT_KEY'"), "copy"),
        matchesPattern("[0-9a-f]{40}"));
    assertThat(column(contract("copy: email", "field: copy, do: remove"), "copy"), nullValue());
  }

  @Test
  void theFirstOfTwoRulesCounts() throws Exception {
    String yaml = contract("copy: email", "field: copy, do: mask", "field: copy, do: remove");
    assertThat(column(yaml, "copy"), is("***"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "copy: email                         | field: email, do: remove",
        "copy: email                         | 'path: user.email, do: mask'",
        "copy: email                         | 'path: ''user.*'', do: mask'",
        "'copy: \"email.split(''@'')[1]\"'   | 'field: email, do: mask'",
        "'copy: \"labels[''env'']\"'         | 'path: labels.name, do: mask'",
        "'copy: \"email != null\"'           | 'field: email, do: mask'",
      })
  void needARuleIfTheyComeFromARedactedField(String derive, String rule) {
    ContractException problem =
        Assertions.assertThrows(
            ContractException.class, () -> ContractLoader.parse(contract(derive, rule), "c.yaml"));
    assertThat(problem.problems().size(), is(1));
    Contract ruled =
        ContractLoader.parse(contract(derive, rule, "field: copy, do: keep"), "c.yaml");
    assertThat(ruled.redaction().rules().size(), is(2));
  }

  @Test
  void ofAColumnThatIsKeptNeedNoRule() throws Exception {
    String yaml =
        contract(
            "domain: \"email.split('@')[1]\", top: \"domain.split('.')[1]\"",
            "field: email, do: remove",
            "field: domain, do: keep");
    assertThat(column(yaml, "domain"), is("example.com"));
    assertThat(column(yaml, "top"), is("com"));
    String page = ContractPage.of(ContractLoader.parse(yaml, "c.yaml"));
    assertThat(page, containsString("- Redacted: remove of field `email`."));
    assertThat(page, containsString("- Not redacted: field `domain`."));
    assertThat(page, containsString("- Dead letters keep no bytes that no rule can redact."));
  }

  @Test
  void problemNamesTheColumnAndTheField() {
    ContractException problem =
        Assertions.assertThrows(
            ContractException.class,
            () ->
                ContractLoader.parse(contract("copy: email", "field: email, do: mask"), "c.yaml"));
    assertThat(
        problem.problems(),
        hasItem(
            "c.yaml:10:16: derive.copy: is computed of `email`, which a rule redacts; expected a"
                + " rule for it too: {field: copy, do: …}, with do: keep if it may stay"));
  }

  @Test
  void messagesNameThem() throws DecodeException {
    Redacting redacting = new Redacting(contract("copy: email", "field: copy, do: mask"));
    for (String message :
        List.of("derive.copy: the expression has no value", "copy: no value fits")) {
      assertThat(redacting.redactor.redactMessage(message), is(message));
    }
  }
}
