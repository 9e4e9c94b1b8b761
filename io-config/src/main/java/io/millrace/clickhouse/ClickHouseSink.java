package io.millrace.clickhouse;

import io.millrace.clickhouse.beamio.BeamIoTable;
import io.millrace.clickhouse.beamio.WriteByBeamIo;
import io.millrace.clickhouse.client.ClickHouseConfig;
import io.millrace.clickhouse.schema.ClickHouseTable;
import io.millrace.clickhouse.write.HttpInsertClient;
import io.millrace.clickhouse.write.TableWriter.Tools;
import io.millrace.clickhouse.write.WriteToClickHouse;
import io.millrace.contract.Contract;
import io.millrace.event.Clock;
import io.millrace.event.DeadLetterFactory;
import io.millrace.io.Sink;
import io.millrace.io.SinkMigration;
import io.millrace.io.WriteResult;
import io.millrace.io.schema.SchemaPreflight;
import java.util.List;
import java.util.function.Consumer;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PCollectionTuple;

/**
 * Sink for a ClickHouse database: a contract's tables, and for each table a view {@code
 * <table>_exact}. The view never shows a row twice, even before the table's engine has collapsed
 * duplicates of a replay.
 *
 * <p>Rows are retried indefinitely while the server is down, busy or needs an operator. Only a row
 * rejected for its content is returned.
 *
 * @param deadLetterTable whether dead letters are stored; if not, they are only counted and audited
 * @param audit false only to measure its cost: without the audit a lost record cannot be detected.
 *     Then the dead-letter table is required
 */
public record ClickHouseSink(
    ClickHouseConfig config,
    Contract contract,
    DeadLetterFactory deadLetters,
    Clock clock,
    boolean deadLetterTable,
    boolean audit)
    implements Sink {
  /** A sink with dead-letter table and audit. */
  public static ClickHouseSink of(
      ClickHouseConfig config, Contract contract, DeadLetterFactory deadLetters, Clock clock) {
    return new ClickHouseSink(config, contract, deadLetters, clock, true, true);
  }

  public ClickHouseSink withoutAudit() {
    return new ClickHouseSink(config, contract, deadLetters, clock, deadLetterTable, false);
  }

  @Override
  public String kind() {
    return "clickhouse";
  }

  @Override
  public String address() {
    return config.address();
  }

  @Override
  public List<String> check() {
    return preflight(byBeamIo()).problems();
  }

  @Override
  public List<String> notes() {
    return preflight(false).notes();
  }

  @Override
  public SinkMigration migrate(boolean dryRun, Consumer<SinkMigration.Change> progress) {
    return preflight(false).migrate(dryRun, progress);
  }

  @Override
  public void prepare() {
    preflight(byBeamIo()).createMissing();
  }

  @Override
  public PTransform<PCollectionTuple, WriteResult> write() {
    ClickHouseConfig server = config;
    WriteToClickHouse own =
        WriteToClickHouse.of(
            contract,
            config.batching(),
            config.onOperatorError(),
            deadLetters,
            new Tools(() -> new HttpInsertClient(server), clock, Thread::sleep),
            deadLetterTable,
            audit);
    return byBeamIo() ? WriteByBeamIo.of(config, contract, deadLetters, clock, own) : own;
  }

  private boolean byBeamIo() {
    return config.writer() == ClickHouseConfig.Writer.BEAM_IO;
  }

  /**
   * A preflight.
   *
   * @param staged whether the tables that ClickHouseIO writes to belong to it
   */
  private SchemaPreflight preflight(boolean staged) {
    String dead = contract.tables().deadLetters().name();
    List<ClickHouseTable> tables =
        ClickHouseTable.of(contract).stream()
            .filter(table -> deadLetterTable || !table.name().equals(dead))
            .toList();
    List<String> impossible = staged ? BeamIoTable.impossible(contract) : List.of();
    List<BeamIoTable> staging =
        staged && impossible.isEmpty() ? BeamIoTable.of(contract) : List.of();
    return new SchemaPreflight(new ClickHouseDialect(config, tables, impossible, staging));
  }
}
