package io.millrace.cli.init;

import io.millrace.cli.init.guess.ColumnNames;
import io.millrace.cli.init.guess.FieldGuess;
import io.millrace.cli.init.guess.GuessEventTime;
import io.millrace.cli.init.guess.GuessIdentity;
import io.millrace.cli.init.guess.TypeGuess;
import io.millrace.cli.init.guess.ValueProfile;
import io.millrace.cli.init.guess.YamlText;
import io.millrace.cli.init.layout.Layout;
import io.millrace.contract.FieldType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A contract to write.
 *
 * @param description where the sample is from
 * @param fields the columns
 * @param time the event time
 * @param identity the fields that make two events the same
 * @param error a suggestion, see {@link GuessErrorRule}
 */
record ContractDraft(
    String name,
    String description,
    Layout layout,
    List<FieldGuess> fields,
    GuessEventTime.Candidate time,
    GuessIdentity.Guess identity,
    String error) {
  /** With so many events, a field that each of them has is taken for a required one. */
  static final int ENOUGH_FOR_REQUIRED = 100;

  private static final int WIDEST = 24;

  /** The text of the contract, with a comment on each guess. */
  String yaml() {
    StringBuilder yaml = new StringBuilder();
    line(yaml, "# yaml-language-server: $schema=./contract.schema.json");
    line(yaml, "# " + YamlText.comment(description));
    line(
        yaml,
        "# Each comment below says what a guess is based on. docs/contracts.md explains the keys.");
    line(yaml, "contract: " + YamlText.of(name));
    if (!layout.format().isEmpty()) {
      line(yaml, "format: " + layout.format());
    }
    if (!layout.compression().isEmpty()) {
      line(yaml, "compression: " + layout.compression() + "    # of each value");
    }
    if (!layout.eventsInRecord().isEmpty()) {
      line(yaml, "events: " + layout.eventsInRecord() + "    # a record holds many events");
    }
    line(yaml, "");
    line(
        yaml,
        "# Columns. An event without a `required` value is a dead letter; other values may be absent.");
    line(yaml, "# What is not declared here is kept in the column `" + ColumnNames.UNKNOWN + "`.");
    line(yaml, "fields:");
    int width =
        fields.stream()
            .mapToInt(f -> YamlText.of(f.name()).length())
            .filter(w -> w <= WIDEST)
            .max()
            .orElse(1);
    for (FieldGuess field : fields) {
      String name = YamlText.of(field.name()) + ":";
      String key = String.format(Locale.ROOT, "%-" + (width + 1) + "s", name);
      line(yaml, "  " + key + " {" + definition(field) + "}    # " + comment(field));
    }
    line(yaml, "");
    line(yaml, "# When the event happened: " + YamlText.comment(time.reason()) + ".");
    line(yaml, "event_time: {field: " + YamlText.of(time.field().name()) + "}");
    line(yaml, "");
    line(yaml, "# What makes two events the same: " + YamlText.comment(identity.reason()) + ".");
    if (!identity.sure()) {
      line(yaml, "# CHECK THIS: events that are equal in these fields count once.");
    }
    line(
        yaml,
        "identity: " + YamlText.list(identity.fields().stream().map(FieldGuess::name).toList()));
    if (!error.isEmpty()) {
      line(yaml, "");
      line(
          yaml,
          "# Remove the # if these events report an error; they get a table of their own then.");
      line(yaml, "# error: " + error);
    }
    return yaml.toString();
  }

  private static void line(StringBuilder yaml, String line) {
    yaml.append(line).append('\n');
  }

  private boolean isRequired(FieldGuess field) {
    return field.equals(time.field())
        || identity.fields().contains(field)
        || (field.inAll()
            && field.total() >= ENOUGH_FOR_REQUIRED
            && !field.type().loose()
            && isStable(field.type().type()));
  }

  /** Collections are empty if they are absent, so nothing needs to require them. */
  private static boolean isStable(FieldType type) {
    return type.isScalar() && type != FieldType.JSON;
  }

  private String definition(FieldGuess field) {
    StringBuilder text = new StringBuilder();
    if (field.above() || field.path().size() > 1 || !field.key().equals(field.name())) {
      text.append("path: ").append(path(field)).append(", ");
    }
    boolean required = isRequired(field);
    TypeGuess type = field.type();
    text.append("type: ").append(type.type().contractName()).append(type.options());
    if (required) {
      text.append(", required: true");
    } else if (type.loose()) {
      text.append(", on_invalid: null");
    }
    return text.toString();
  }

  private static String path(FieldGuess field) {
    if (!field.above()) {
      return YamlText.path(field.path());
    }
    List<String> keys = new ArrayList<>(List.of("$"));
    keys.addAll(field.path());
    return field.path().stream().allMatch(ColumnNames::isPlain)
        ? YamlText.of(String.join(".", keys))
        : YamlText.list(keys);
  }

  private static String comment(FieldGuess field) {
    ValueProfile values = field.values();
    String comment = String.format(Locale.ROOT, "in %,d of %,d", values.present(), field.total());
    if (values.distinct() > 0) {
      comment +=
          String.format(
              Locale.ROOT,
              ", %,d %s",
              values.distinct(),
              values.distinct() == 1 ? "value" : "values");
    }
    String note = field.type().note();
    return comment + (note.isEmpty() ? "" : "; " + note);
  }
}
