package io.millrace.contract.export;

import io.millrace.contract.Contract;
import io.millrace.contract.Derivation;
import io.millrace.contract.FieldDefinition;
import io.millrace.contract.Lookup;
import io.millrace.contract.OnFailure;

/** The columns that events get after they were decoded, as a part of a Markdown page. */
final class AddedColumnsText {
  private AddedColumnsText() {}

  /** Empty if there are none. */
  static String of(Contract contract) {
    StringBuilder text = new StringBuilder();
    lookups(contract, text);
    if (!contract.derivations().isEmpty()) {
      text.append(
          """

          ## Derived columns

          | column | type | value | without a value |
          |---|---|---|---|
          """);
    }
    for (Derivation derivation : contract.derivations()) {
      FieldDefinition field = contract.fields().get(contract.indexOf(derivation.name()));
      row(
          text,
          ContractText.quoted(field.name()),
          ContractText.type(field),
          ContractText.quoted(derivation.value()),
          otherwise(field, derivation.onError()));
    }
    return text.toString();
  }

  private static void lookups(Contract contract, StringBuilder text) {
    if (!contract.lookups().isEmpty()) {
      text.append(
          """

          ## Looked-up columns

          | column | type | look-up | key | source column | without a row |
          |---|---|---|---|---|---|
          """);
    }
    for (Lookup lookup : contract.lookups()) {
      for (Lookup.Column column : lookup.columns()) {
        FieldDefinition field = contract.fields().get(contract.indexOf(column.name()));
        row(
            text,
            ContractText.quoted(field.name()),
            ContractText.type(field),
            ContractText.quoted(lookup.name()),
            ContractText.quoted(lookup.key()),
            ContractText.quoted(column.source()),
            otherwise(field, lookup.onMissing()));
      }
    }
  }

  private static String otherwise(FieldDefinition field, OnFailure onFailure) {
    boolean holdsMany = !field.type().isScalar();
    return onFailure == OnFailure.DEAD ? "dead letter" : holdsMany ? "empty" : "null";
  }

  private static void row(StringBuilder text, String... cells) {
    text.append('|');
    for (String cell : cells) {
      text.append(' ').append(cell.replace("|", "\\|").replace('\n', ' ')).append(" |");
    }
    text.append('\n');
  }
}
