package io.millrace.contract.export;

import io.millrace.contract.Alert;
import io.millrace.contract.Contract;
import io.millrace.contract.Durations;
import io.millrace.contract.FieldDefinition;
import io.millrace.contract.HealthAlert;
import io.millrace.contract.Measure;
import io.millrace.contract.Redaction;
import io.millrace.contract.Rollup;
import io.millrace.contract.UnknownFields;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** A Markdown page that describes a contract: fields, rules, tables and roll-ups. */
public final class ContractPage {
  private final StringBuilder page = new StringBuilder(4096);

  private ContractPage() {}

  /** The page, which ends with a line end. */
  public static String of(Contract contract) {
    ContractPage page = new ContractPage();
    page.head(contract);
    page.fields(contract);
    page.page.append(AddedColumnsText.of(contract));
    page.rules(contract);
    page.tables(contract);
    page.rollups(contract);
    page.alerts(contract);
    page.healthAlerts(contract);
    return page.page.toString();
  }

  private void line(String text) {
    page.append(text).append('\n');
  }

  private void row(String... cells) {
    page.append('|');
    for (String cell : cells) {
      page.append(' ').append(cell.replace("|", "\\|").replace('\n', ' ')).append(" |");
    }
    page.append('\n');
  }

  private void table(String... columns) {
    page.append('\n');
    row(columns);
    page.append('|').append("---|".repeat(columns.length)).append('\n');
  }

  private void head(Contract contract) {
    line("# %s".formatted(contract.name()));
    if (!contract.description().isBlank()) {
      line("\n%s".formatted(contract.description().strip()));
    }
    line("\nVersion %d. Format: `%s`.".formatted(contract.version(), contract.format()));
  }

  private void fields(Contract contract) {
    line("\n## Fields");
    table("column", "type", "path", "presence");
    for (FieldDefinition field : contract.decoded().fields()) {
      row(
          ContractText.quoted(field.name()),
          ContractText.type(field),
          ContractText.quoted(field.dottedPath()),
          ContractText.presence(field));
    }
    line(
        "\nFields that are not declared are in the column `%s`, as %s."
            .formatted(
                contract.unknownFields().column(),
                contract.unknownFields().form() == UnknownFields.Form.MAP
                    ? "a map from path to value"
                    : "the text of a JSON object"));
  }

  private void rules(Contract contract) {
    Contract.TimeBounds time = contract.time();
    line("\n## Rules\n");
    line(
        "- Two events with equal %s are the same."
            .formatted(ContractText.list(contract.identity())));
    line(
        ("- The event time is `%s`. Events may be out of order by %s. An event is late %s after the"
                + " end of its bucket of %s.")
            .formatted(
                contract.eventTime(),
                Durations.format(time.outOfOrderness()),
                Durations.format(time.allowedLateness()),
                Durations.format(time.bucket())));
    if (time.maxAhead() != null) {
      line(
          "- An event more than %s ahead of its record is a dead letter."
              .formatted(Durations.format(time.maxAhead())));
    }
    if (time.notBefore() != null) {
      line("- An event before %s is a dead letter.".formatted(time.notBefore()));
    }
    line(
        contract.error() == null
            ? "- No event reports an application error."
            : "- An event reports an application error if "
                + ContractText.condition(contract.error())
                + ".");
    for (Redaction.Rule rule : contract.redaction().rules()) {
      String what = rule.at().isEmpty() ? "" : " " + ContractText.quoted(rule.at());
      String target = rule.target().name().toLowerCase(Locale.ROOT).replace('_', ' ') + what;
      line(
          rule.action() == Redaction.Action.KEEP
              ? "- Not redacted: %s.".formatted(target)
              : "- Redacted: %s of %s."
                  .formatted(rule.action().name().toLowerCase(Locale.ROOT), target));
    }
    switch (contract.redaction().bytes()) {
      case KEEP -> {}
      case DROP -> line("- Dead letters keep no bytes that no rule can redact.");
      case ENCRYPT -> line("- Dead letters keep bytes that no rule can redact encrypted.");
    }
  }

  private void tables(Contract contract) {
    line("\n## Tables");
    table("table", "rows", "kept", "columns");
    for (TableRole role : TableRole.of(contract)) {
      row(
          ContractText.quoted(role.table().name()),
          role.holds(),
          ContractText.kept(role.table().ttl()),
          ContractText.list(role.table().columnNames()));
    }
    Contract.DeadLetterTable dead = contract.tables().deadLetters();
    row(ContractText.quoted(dead.name()), "dead letters", ContractText.kept(dead.ttl()), "fixed");
    Contract.AuditTable audit = contract.tables().audit();
    row(
        ContractText.quoted(audit.name()),
        "how each record ended",
        ContractText.kept(audit.ttl()),
        "fixed");
    line("\nEach table has a view with the suffix `_exact`, which shows each row once.");
  }

  private void alerts(Contract contract) {
    if (contract.alerts().isEmpty()) {
      return;
    }
    line("\n## Alerts");
    table("alert", "of each group of", "fires", "labels", "summary");
    for (Alert alert : contract.alerts().all()) {
      row(
          ContractText.quoted(alert.name()),
          ContractText.quoted(alert.rollup()),
          ContractText.alert(alert),
          labels(alert.labels()),
          alert.summary());
    }
  }

  private void healthAlerts(Contract contract) {
    if (contract.alerts().health().isEmpty()) {
      return;
    }
    line("\n## Alerts on health\n");
    line("Prometheus judges them by the metrics of a run.");
    table("alert", "fires", "for each", "labels", "summary");
    for (HealthAlert alert : contract.alerts().health()) {
      row(
          ContractText.quoted(alert.name()),
          ContractText.quoted(alert.when())
              + (alert.hold().isZero() ? "" : " for " + Durations.format(alert.hold())),
          ContractText.list(alert.by()),
          labels(alert.labels()),
          alert.summary());
    }
  }

  private static String labels(Map<String, String> labels) {
    return labels.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(label -> label.getKey() + ": " + ContractText.quoted(label.getValue()))
        .collect(Collectors.joining(", "));
  }

  private void rollups(Contract contract) {
    List<Rollup> rollups = contract.rollups();
    if (rollups.isEmpty()) {
      return;
    }
    line("\n## Roll-ups");
    for (Rollup rollup : rollups) {
      line("\n### %s\n".formatted(rollup.table()));
      line("A row for each group and window: %s.".formatted(ContractText.rollup(rollup)));
      table("columns", "measure");
      for (Measure measure : rollup.measures()) {
        row(
            ContractText.list(measure.columns().stream().map(FieldDefinition::name).toList()),
            ContractText.measure(measure));
      }
    }
  }
}
