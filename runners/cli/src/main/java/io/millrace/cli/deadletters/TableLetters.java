package io.millrace.cli.deadletters;

import io.millrace.cli.explain.DeadLetterReader;
import io.millrace.cli.explain.StoredDeadLetter;
import io.millrace.pipeline.WrongUseException;
import io.millrace.verify.ClickHouseQueries;
import java.util.List;
import java.util.function.Consumer;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The dead letters of a table of ClickHouse, in the order of their places. The server streams them,
 * so their number does not matter.
 *
 * @param tables the database
 * @param table the name of the table; null: all tables of dead letters in the database
 * @param all whether to pass those too that a replay has brought to another outcome
 */
record TableLetters(ClickHouseQueries tables, @Nullable String table, boolean all)
    implements LetterStore {
  @Override
  public String address() {
    return table == null ? "the tables of dead letters" : "table " + table;
  }

  @Override
  public void read(LetterFilter filter, boolean values, Consumer<StoredDeadLetter> letters) {
    List<String> names = table == null ? DeadLetterReader.tables(tables) : List.of(table);
    if (names.isEmpty()) {
      throw new WrongUseException(
          "there is no table of dead letters in this database. Check --output");
    }
    names.forEach(name -> read(name, filter, values, letters));
  }

  private void read(
      String name, LetterFilter filter, boolean values, Consumer<StoredDeadLetter> letters) {
    DeadLetterReader reader = new DeadLetterReader(tables, name);
    if (!reader.isThere()) {
      throw new WrongUseException(
          "there is no table `%s` of dead letters in this database. Check --output and --contract, which names the table"
              .formatted(name));
    }
    ReplayTable replays = new ReplayTable(tables, name);
    String open =
        all || !replays.isThere() ? "" : " AND " + replays.openCondition(reader.hasElements());
    reader.read(
        filter.sql() + open,
        values || filter.readsValue(),
        letter -> {
          StoredDeadLetter own = letter.withHeaders(LetterHeaders.own(letter.record().headers()));
          if (filter.takes(own)) {
            letters.accept(own);
          }
        });
  }
}
