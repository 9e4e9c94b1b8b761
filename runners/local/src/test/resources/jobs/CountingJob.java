import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiterStrategy;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;

/** Counts numbers, 100 a second, and fails at the one that it is given. */
public class CountingJob {
  public static void main(String[] args) throws Exception {
    long failAt = Long.parseLong(args[0]);
    StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment();
    environment.enableCheckpointing(500);
    environment
        .fromSource(
            new DataGeneratorSource<>(
                n -> n, Long.MAX_VALUE, RateLimiterStrategy.perSecond(100), Types.LONG),
            WatermarkStrategy.noWatermarks(),
            "numbers")
        .uid("numbers")
        .map(new Count(failAt))
        .uid("count")
        .sinkTo(new DiscardingSink<>())
        .uid("sink");
    environment.execute("counting");
  }

  static class Count extends RichMapFunction<Long, Long> {
    private final long failAt;
    private final LongCounter counted = new LongCounter();

    Count(long failAt) {
      this.failAt = failAt;
    }

    @Override
    public void open(Configuration configuration) {
      getRuntimeContext().addAccumulator("counted", counted);
    }

    @Override
    public Long map(Long number) {
      if (number == failAt) {
        throw new IllegalStateException("no " + number + " today");
      }
      counted.add(1);
      return number;
    }
  }
}
