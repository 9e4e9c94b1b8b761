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
 */
public final class ClickHouseSink implements Sink {
  private final ClickHouseConfig config;
  private final Contract contract;
  private final DeadLetterFactory deadLetters;
  private final Clock clock;
  private final boolean deadLetterTable;
  private final boolean audit;

  private ClickHouseSink(
      ClickHouseConfig config,
      Contract contract,
      DeadLetterFactory deadLetters,
      Clock clock,
      boolean deadLetterTable,
      boolean audit) {
    this.config = config;
    this.contract = contract;
    this.deadLetters = deadLetters;
    this.clock = clock;
    this.deadLetterTable = deadLetterTable;
    this.audit = audit;
  }

  /** Creates the sink of a contract. */
  public static ClickHouseSink of(
      ClickHouseConfig config, Contract contract, DeadLetterFactory deadLetters, Clock clock) {
    return new ClickHouseSink(config, contract, deadLetters, clock, true, true);
  }

  /** The same without the dead-letter table: dead letters are only counted and audited. */
  ClickHouseSink withoutDeadLetterTable() {
    return new ClickHouseSink(config, contract, deadLetters, clock, false, audit);
  }

  /**
   * The same without the audit, to measure its cost. No flag selects it, because without the audit
   * a lost record cannot be detected. Requires the dead-letter table.
   */
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
            new Tools(() -> HttpInsertClient.open(server), clock, Thread::sleep));
    own = deadLetterTable ? own : own.withoutDeadLetterTable();
    own = audit ? own : own.withoutAudit();
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
