package io.millrace.clickhouse.beamio;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;

import io.millrace.clickhouse.beam.BeamRowEncoder;
import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.fixtures.AllTypes;
import org.junit.jupiter.api.Test;

/** Needs no server, but the jar with Beam's ClickHouseIO, which is there once it is packaged. */
class StagedTypesIT {
  @Test
  void clickHouseIoKnowsEveryStagedType() {
    Contract contract = ContractLoader.parse(AllTypes.YAML.replace(" steps,", ""), "all.yaml");
    assertThat(BeamIoTable.impossible(contract), is(empty()));
    for (BeamIoTable table : BeamIoTable.of(contract)) {
      BeamRowEncoder.of(table.columns());
    }
  }
}
