package io.millrace.clickhouse;

import io.millrace.clickhouse.client.Batching;
import io.millrace.clickhouse.client.ClickHouseAddress;
import io.millrace.clickhouse.client.ClickHouseConfig;
import io.millrace.clickhouse.client.ClickHouseConfig.Compression;
import io.millrace.clickhouse.client.ClickHouseConfig.OnOperatorError;
import io.millrace.clickhouse.client.ClickHouseConfig.Writer;
import io.millrace.clickhouse.client.ClickHouseOptions;
import io.millrace.io.OutputConfig;
import io.millrace.io.SinkAddress;
import io.millrace.io.SinkConnector;
import io.millrace.io.flags.FlagReader;
import io.millrace.security.SecretReference;
import io.millrace.security.Tls;
import io.millrace.security.UserName;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.apache.beam.sdk.options.PipelineOptions;
import org.checkerframework.checker.nullness.qual.Nullable;

/** ClickHouse: sink of rows. */
public final class ClickHouseConnector implements SinkConnector {
  @Override
  public String scheme() {
    return ClickHouseAddress.SCHEME;
  }

  @Override
  public Class<? extends PipelineOptions> flags() {
    return ClickHouseOptions.class;
  }

  @Override
  public String outputForm() {
    return "clickhouse://host:port/database[?tls=true]";
  }

  @Override
  public SinkAddress parseOutput(String url) {
    return ClickHouseAddress.parse(url);
  }

  @Override
  public Function<SinkAddress, OutputConfig> configure(
      List<SinkAddress> outputs, FlagReader flags) {
    ClickHouseOptions options = flags.as(ClickHouseOptions.class);
    UserName user = flags.parsed("clickHouseUser", options.getClickHouseUser(), UserName::parse);
    SecretReference password =
        flags.parsed("clickHousePassword", options.getClickHousePassword(), SecretReference::parse);
    checkCaFile(options.getClickHouseCaFile(), outputs, flags);
    flags.atLeast("maxBatchRows", options.getMaxBatchRows(), 1);
    flags.atLeast("maxWaitingBytes", options.getMaxWaitingBytes(), 1);
    if (!flags.runner().sharesFiles()) {
      checkReach(options, flags);
    }
    String batching = options.getBatching();
    boolean bundle = batching == null || flags.oneOf("batching", batching, "state", "bundle");
    Duration maxAge = flags.positiveDuration("maxBatchAge", options.getMaxBatchAge());
    Duration answerTimeout =
        flags.positiveDuration("clickHouseAnswerTimeout", options.getClickHouseAnswerTimeout());
    boolean beamIo =
        flags.oneOf("clickHouseWriter", options.getClickHouseWriter(), "millrace", "beam-io");
    if (beamIo && options.getClickHouseCaFile() != null) {
      flags.problem(
          "clickHouseCaFile",
          "not supported with --clickHouseWriter=beam-io; import the certificates into the JDK's"
              + " trust store");
    }
    Compression compression =
        flags.parsed(
            "clickHouseCompression", options.getClickHouseCompression(), Compression::parse);
    if (beamIo && compression != null && compression != Compression.LZ4) {
      flags.problem("clickHouseCompression", "not supported with --clickHouseWriter=beam-io");
    }
    boolean fail = flags.oneOf("onOperatorError", options.getOnOperatorError(), "wait", "fail");
    return output -> {
      ClickHouseAddress address = (ClickHouseAddress) output;
      return new ClickHouseOutput(
          ClickHouseConfig.of(address.endpoint(), address.database())
              .withUser(user, password)
              .withCaFile(options.getClickHouseCaFile())
              .withAnswerTimeout(answerTimeout)
              .withCompression(compression)
              .withWriter(beamIo ? Writer.BEAM_IO : Writer.MILLRACE)
              .withOnOperatorError(fail ? OnOperatorError.FAIL : OnOperatorError.WAIT)
              .withBatching(
                  new Batching(
                      bundle ? Batching.Mode.BUNDLE : Batching.Mode.STATE,
                      options.getMaxBatchRows(),
                      Batching.DEFAULT.maxBytes(),
                      maxAge,
                      options.getMaxWaitingBytes())));
    };
  }

  private static void checkCaFile(
      @Nullable String file, List<SinkAddress> outputs, FlagReader flags) {
    if (file == null) {
      return;
    }
    if (outputs.stream().anyMatch(o -> o instanceof ClickHouseAddress at && !at.tls())) {
      flags.problem("clickHouseCaFile", "only for TLS; add ?tls=true to --output");
    }
    Object unused = flags.parsed("clickHouseCaFile", file, Tls::certificates);
  }

  /** Rejects flags that refer to this machine, if the workers are elsewhere. */
  private static void checkReach(ClickHouseOptions options, FlagReader flags) {
    checkReference("clickHouseUser", options.getClickHouseUser(), flags);
    checkReference("clickHousePassword", options.getClickHousePassword(), flags);
    if (options.getClickHouseCaFile() != null) {
      flags.problem(
          "clickHouseCaFile",
          "files are not supported on Dataflow; give ClickHouse a certificate of an authority"
              + " that the JDK trusts");
    }
  }

  private static void checkReference(String flag, @Nullable String text, FlagReader flags) {
    if (SecretReference.isLocal(text)) {
      flags.problem(
          flag,
          "env: and file: are not supported on Dataflow; put the secret into Secret Manager and"
              + " refer to it by"
              + " gcp-secret:projects/PROJECT/secrets/SECRET/versions/VERSION");
    }
  }
}
