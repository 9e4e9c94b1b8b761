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
import io.millrace.io.SinkException;
import io.millrace.io.SinkMigration;
import io.millrace.io.WriteResult;
import java.util.List;
import java.util.function.Consumer;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PCollectionTuple;

/**
 * ClickHouse as a sink: the tables of a contract in one database, and for each table a view named
 * {@code <table>_exact} that never shows a row twice, not even while the engine has yet to collapse
 * what a crash has repeated.
 *
 * <p>Rows wait without limit while the server is down, busy or in need of an operator; only a row
 * that is refused for its content is handed back.
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

  /** The sink for a contract's tables. */
  public static ClickHouseSink of(
      ClickHouseConfig config, Contract contract, DeadLetterFactory deadLetters, Clock clock) {
    return new ClickHouseSink(config, contract, deadLetters, clock, true, true);
  }

  /** The same, which only counts and audits dead letters: they are kept elsewhere. */
  public ClickHouseSink withoutDeadLetterTable() {
    return new ClickHouseSink(config, contract, deadLetters, clock, false, audit);
  }

  /**
   * The same, which vouches for no record: to measure what the audit costs. No option leads here,
   * since without it nobody can tell a record that was lost from one that was never sent. There
   * must be a table for dead letters.
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
    List<String> impossible = impossible();
    return impossible.isEmpty() ? preflight().problems() : impossible;
  }

  @Override
  public List<String> notes() {
    return preflight().notes();
  }

  @Override
  public SinkMigration migrate(boolean dryRun, Consumer<SinkMigration.Change> progress) {
    return preflight().migrate(dryRun, progress);
  }

  @Override
  public void prepare() {
    List<String> impossible = impossible();
    List<String> problems = impossible.isEmpty() ? preflight().createMissing() : impossible;
    if (!problems.isEmpty()) {
      throw new SinkException(problems);
    }
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

  private List<String> impossible() {
    return byBeamIo() ? BeamIoTable.impossible(contract) : List.of();
  }

  private ClickHousePreflight preflight() {
    return new ClickHousePreflight(
        config, tables(), byBeamIo() ? BeamIoTable.of(contract) : List.of());
  }

  private List<ClickHouseTable> tables() {
    String dead = contract.tables().deadLetters().name();
    return ClickHouseTable.of(contract).stream()
        .filter(table -> deadLetterTable || !table.name().equals(dead))
        .toList();
  }
}
