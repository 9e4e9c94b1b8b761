package io.millrace.bench.speed;

import io.millrace.bench.harness.Figures;
import io.millrace.bench.harness.Report;
import io.millrace.cli.support.TextLines;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * What twice the TaskManagers bring, as a table for people and as JSON for programs.
 *
 * @param one the runs with one TaskManager
 * @param two those with two, of the same rounds
 */
record ScalingReport(Machine machine, Setup setup, List<RunFigures> one, List<RunFigures> two)
    implements Report {
  /** How many times the events/s of one TaskManager two of them must reach. */
  private static final double BAR = 1.7;

  /** Who uses so much of what it may is held up by nothing else. */
  private static final double LIMIT_FROM = 0.9;

  /**
   * How it was measured.
   *
   * @param begin when
   * @param events of each run
   * @param eventBytes their average size
   * @param share of a core's time that each TaskManager had
   */
  record Setup(Instant begin, long events, double eventBytes, double share) {}

  /** Two TaskManagers beside one, round by round. */
  Figures ratio() {
    return Figures.ofRatios(two, one, RunFigures::eventsPerSecond);
  }

  @Override
  public boolean passes() {
    return ratio().median() >= BAR;
  }

  /** How much TaskManagers used of the CPU time that they had. */
  private Figures used(List<RunFigures> runs, int taskManagers) {
    return Figures.of(
        runs, run -> cores(run, RunFigures::pipelineMicros) / (taskManagers * setup.share()));
  }

  /** Whether it was the TaskManagers that set the pace, not what is around them. */
  boolean taskManagersAreTheLimit() {
    return used(one, 1).median() >= LIMIT_FROM && used(two, 2).median() >= LIMIT_FROM;
  }

  private static double cores(RunFigures run, ToDoubleFunction<RunFigures> micros) {
    return micros.applyAsDouble(run) * run.eventsPerSecond() / 1e6;
  }

  @Override
  public String text() {
    TextLines lines =
        new TextLines()
            .line("%s", machine.text())
            .line(
                "%,d events of %.0f bytes, all steps; %.0f %% of a core for each TaskManager, of"
                    + " one slot; %d runs each, in turn; median (least-greatest)",
                setup.events(), setup.eventBytes(), 100 * setup.share(), one.size())
            .line(
                "%-12s %-24s %-18s %6s %6s %18s %12s %17s %17s",
                "TaskManagers",
                "events/s",
                "CPU µs an event",
                "JIT",
                "GC",
                "used of their CPU",
                "Kafka cores",
                "ClickHouse cores",
                "all, of " + machine.cores() + " cores");
    row(lines, 1, one);
    row(lines, 2, two);
    return lines
        .line(
            "Two TaskManagers: %.2f (%.2f-%.2f) times the events/s of one; the bar is at least"
                + " %.1f: %s",
            ratio().median(),
            ratio().least(),
            ratio().greatest(),
            BAR,
            passes() ? "holds" : "MISSED")
        .line(
            taskManagersAreTheLimit()
                ? "The TaskManagers' CPU is the limit, not Kafka or ClickHouse"
                : "The TaskManagers did NOT use all of their CPU: something else is the limit")
        .toString();
  }

  private void row(TextLines lines, int taskManagers, List<RunFigures> runs) {
    lines.line(
        "%-12d %-24s %-18s %6.1f %6.1f %16.0f %% %12.2f %17.2f %17.2f",
        taskManagers,
        Figures.of(runs, RunFigures::eventsPerSecond).wholeText(),
        Figures.of(runs, RunFigures::pipelineMicros).text(),
        Figures.of(runs, RunFigures::compilerMicros).median(),
        Figures.of(runs, RunFigures::collectorMicros).median(),
        100 * used(runs, taskManagers).median(),
        Figures.of(runs, run -> cores(run, RunFigures::kafkaMicros)).median(),
        Figures.of(runs, run -> cores(run, RunFigures::clickHouseMicros)).median(),
        Figures.of(runs, RunFigures::coresBusy).median());
  }

  @Override
  public String json() {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("measured_at", setup.begin().toString());
    object.put("machine", machine);
    object.put("events", setup.events());
    object.put("event_bytes", setup.eventBytes());
    object.put("share_of_a_core", setup.share());
    object.put("one_task_manager", json(one, 1));
    object.put("two_task_managers", json(two, 2));
    object.put("ratio", ratio());
    object.put("at_least", BAR);
    object.put("task_managers_are_the_limit", taskManagersAreTheLimit());
    object.put("holds", passes());
    return Figures.json(object);
  }

  private Map<String, Object> json(List<RunFigures> runs, int taskManagers) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("events_per_second", Figures.of(runs, RunFigures::eventsPerSecond));
    object.put("used_of_their_cpu", used(runs, taskManagers));
    object.put("cores_busy", Figures.of(runs, RunFigures::coresBusy));
    object.put("runs", runs.stream().map(SpeedReport::json).toList());
    return object;
  }
}
