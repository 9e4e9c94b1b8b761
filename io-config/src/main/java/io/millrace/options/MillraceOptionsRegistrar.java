package io.millrace.options;

import io.millrace.alerting.AlertOptions;
import io.millrace.connectors.Connectors;
import io.millrace.deadletter.DeadLetterOptions;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsRegistrar;

/** Registers Millrace's flags with Beam. */
public final class MillraceOptionsRegistrar implements PipelineOptionsRegistrar {
  /** The options interfaces of Millrace and of all its systems. */
  public static List<Class<? extends PipelineOptions>> flags() {
    List<Class<? extends PipelineOptions>> flags = new ArrayList<>();
    flags.add(MillraceOptions.class);
    flags.add(DeadLetterOptions.class);
    flags.add(AlertOptions.class);
    flags.addAll(Connectors.ALL.flags());
    flags.remove(PipelineOptions.class);
    return flags;
  }

  @Override
  public Iterable<Class<? extends PipelineOptions>> getPipelineOptions() {
    return flags();
  }
}
