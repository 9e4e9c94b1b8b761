package io.millrace.bench.speed;

import io.millrace.bench.contender.Contender;
import io.millrace.bench.harness.Figures;
import io.millrace.cli.support.TextLines;
import java.util.List;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/**
 * Draws a speed benchmark as SVG: a bar for each contender's events per second, with a line from
 * minimum to maximum, and a bar for the CPU time per event in three parts.
 */
final class SpeedChart {
  private static final int ROW = 34;
  private static final int BAR = 20;
  private static final int TOP = 84;
  private static final int NAMES = 300;
  private static final int RATES = 400;
  private static final int GAP = 130;
  private static final int COSTS = 330;
  private static final int WIDTH = NAMES + RATES + GAP + COSTS + 90;

  private final StringBuilder svg = new StringBuilder(8192);
  private final SpeedReport report;

  private SpeedChart(SpeedReport report) {
    this.report = report;
  }

  /** The text of the SVG file. */
  static String of(SpeedReport report) {
    SpeedChart chart = new SpeedChart(report);
    chart.draw();
    return chart.svg.toString();
  }

  private SpeedResult result() {
    return report.result();
  }

  private void draw() {
    Set<Contender> contenders = result().contenders();
    int height = TOP + contenders.size() * ROW + 50;
    add(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\""
            + " font-family=\"sans-serif\" font-size=\"13\">\n",
        WIDTH, height);
    add("<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>\n");
    SpeedReport.Setup setup = report.setup();
    text(
        12,
        26,
        "font-size=\"17\"",
        TextLines.text(
            "Kafka to ClickHouse: %,d events of %.0f bytes, parallelism %d, median of %d runs",
            setup.events(), setup.eventBytes(), setup.parallelism(), setup.repetitions()));
    text(NAMES, TOP - 14, "", "events a second (× the native job's)");
    legend();
    double mostEvents = most(RunFigures::eventsPerSecond);
    double mostMicros = most(RunFigures::allMicros);
    int y = TOP;
    for (Contender contender : contenders) {
      text(12, y + 15, "", contender.label());
      rate(contender, y, mostEvents);
      cost(contender, y, mostMicros);
      y += ROW;
    }
    text(12, height - 18, "font-size=\"11\" fill=\"#4a5568\"", report.machine().text());
    svg.append("</svg>\n");
  }

  private double most(ToDoubleFunction<RunFigures> figure) {
    return result().contenders().stream()
        .mapToDouble(contender -> result().of(contender, figure).greatest())
        .max()
        .orElse(1);
  }

  private void legend() {
    int x = NAMES + RATES + GAP;
    text(x, TOP - 32, "", "CPU microseconds an event");
    x = legend(x, Part.PIPELINE.color, "its process", 95);
    x = legend(x, Part.KAFKA.color, "Kafka", 65);
    legend(x, Part.CLICKHOUSE.color, "ClickHouse", 0);
  }

  private int legend(int x, String color, String name, int width) {
    box(x, TOP - 24, 11, 11, color);
    text(x + 16, TOP - 14, "", name);
    return x + 16 + width;
  }

  private void rate(Contender contender, int y, double most) {
    Figures rate = result().of(contender, RunFigures::eventsPerSecond);
    double scale = RATES / most;
    String color =
        contender == Contender.FLOOR || contender == Contender.NATIVE
            ? "#718096"
            : Part.PIPELINE.color;
    box(NAMES, y, rate.median() * scale, BAR, color);
    add(
        "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\" stroke=\"#1a202c\"/>\n",
        NAMES + rate.least() * scale, NAMES + rate.greatest() * scale, y + BAR / 2, y + BAR / 2);
    text(
        (int) (NAMES + rate.greatest() * scale) + 6,
        y + 15,
        "",
        TextLines.text("%,.0f", rate.median())
            + result()
                .ratio(contender, Contender.NATIVE)
                .map(ratio -> TextLines.text(" (%.2f×)", ratio.median()))
                .orElse(""));
  }

  private void cost(Contender contender, int y, double most) {
    double scale = COSTS / most;
    double x = NAMES + RATES + GAP;
    double all = 0;
    for (Part part : Part.ALL) {
      double micros = result().of(contender, part.figure).median();
      box(x, y, micros * scale, BAR, part.color);
      x += micros * scale;
      all += micros;
    }
    text((int) x + 6, y + 15, "", TextLines.text("%.1f", all));
  }

  private record Part(ToDoubleFunction<RunFigures> figure, String color) {
    static final Part PIPELINE = new Part(RunFigures::pipelineMicros, "#2b6cb0");
    static final Part KAFKA = new Part(RunFigures::kafkaMicros, "#a0aec0");
    static final Part CLICKHOUSE = new Part(RunFigures::clickHouseMicros, "#ecc94b");
    static final List<Part> ALL = List.of(PIPELINE, KAFKA, CLICKHOUSE);
  }

  private void box(double x, double y, double width, double height, String color) {
    add(
        "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"/>\n",
        x, y, width, height, color);
  }

  private void text(int x, int y, String attributes, String text) {
    add("<text x=\"%d\" y=\"%d\" %s>%s</text>\n", x, y, attributes, escaped(text));
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  private void add(String format, Object... values) {
    svg.append(TextLines.text(format, values));
  }
}
