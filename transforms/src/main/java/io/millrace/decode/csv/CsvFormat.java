package io.millrace.decode.csv;

import io.millrace.contract.Contract;
import io.millrace.contract.FieldDefinition;
import io.millrace.contract.FieldType;
import io.millrace.decode.RecordDecoder;
import io.millrace.decode.TextValueReader;
import io.millrace.event.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * CSV in UTF-8 (RFC 4180): each line of a record is an event, the path of a field is the name of a
 * column. The options of the contract say what names the columns, and which characters separate and
 * quote cells.
 */
public final class CsvFormat implements RecordDecoder.Factory {
  @Override
  public String name() {
    return "csv";
  }

  @Override
  public boolean holdsMany() {
    return true;
  }

  @Override
  public Set<FieldType> lenientTypes() {
    return Set.of(FieldType.TIMESTAMP, FieldType.BOOLEAN);
  }

  @Override
  public Map<String, Set<String>> options() {
    return CsvDialect.options();
  }

  @Override
  public List<String> problems(Contract contract) {
    List<String> problems = new ArrayList<>();
    CsvDialect dialect =
        CsvDialect.of(contract.formatOptions(), problem -> problems.add("format." + problem));
    for (FieldDefinition field : contract.fields()) {
      String place = "fields." + field.name();
      if (field.path().size() != 1 || field.above() > 0) {
        problems.add(place + ".path: expected one key, the name of a column");
      } else if (!dialect.columns().isEmpty() && !dialect.columns().contains(field.path().get(0))) {
        problems.add(place + ".path: expected one of the names in `format.columns`");
      }
      if (!TextValueReader.reads(field.type())) {
        problems.add(
            place
                + ".type: the format csv has no values of the type "
                + field.type().contractName()
                + "; expected text");
      }
    }
    return problems;
  }

  @Override
  public RecordDecoder compile(Contract contract, Clock clock) {
    if (contract.events() == null) {
      throw new IllegalArgumentException("a contract of CSV without limits of a record");
    }
    CsvDialect dialect = CsvDialect.of(contract.formatOptions(), problem -> {});
    return new CsvDecoder(contract, contract.events(), dialect, clock);
  }
}
