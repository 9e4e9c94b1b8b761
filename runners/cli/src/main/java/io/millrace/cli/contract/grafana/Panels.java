package io.millrace.cli.contract.grafana;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** The panels of a dashboard, in rows of a grid of 24 columns. Not thread-safe. */
final class Panels {
  private static final int COLUMNS = 24;
  private static final int HEIGHT = 8;
  private static final int TIME_SERIES = 0;
  private static final int TABLE = 1;

  private final ArrayNode panels = new ObjectMapper().createArrayNode();
  private int id;
  private int x;
  private int y;

  /** Where a panel's figures come from. */
  enum Source {
    CLICKHOUSE("grafana-clickhouse-datasource", "${clickhouse}"),
    PROMETHEUS("prometheus", "${prometheus}");

    private final String type;
    private final String uid;

    Source(String type, String uid) {
      this.type = type;
      this.uid = uid;
    }

    String type() {
      return type;
    }
  }

  /**
   * A query of Prometheus.
   *
   * @param legend the series' name, with labels as <code>{{label}}</code>
   */
  record Expression(String text, String legend) {}

  /** Begins a row with a title of its own. */
  void row(String title) {
    y += x == 0 ? 0 : HEIGHT;
    x = 0;
    ObjectNode row = panels.addObject();
    row.put("id", ++id).put("type", "row").put("title", title).put("collapsed", false);
    row.set("gridPos", position(0, y, COLUMNS, 1));
    y++;
  }

  /** Lines over time: a query with the columns {@code time}, groups as texts, and numbers. */
  void lines(String title, String description, int width, String unit, String sql) {
    ObjectNode panel = panel("timeseries", title, description, width, unit, Source.CLICKHOUSE);
    panel.putArray("targets").add(sql(sql, TIME_SERIES));
  }

  /** A table: any query. */
  void table(String title, String description, int width, String sql) {
    ObjectNode panel = panel("table", title, description, width, "", Source.CLICKHOUSE);
    panel.putArray("targets").add(sql(sql, TABLE));
  }

  /** Lines over time from Prometheus. */
  void lines(String title, String description, int width, String unit, List<Expression> all) {
    ObjectNode panel = panel("timeseries", title, description, width, unit, Source.PROMETHEUS);
    ArrayNode targets = panel.putArray("targets");
    for (Expression one : all) {
      ObjectNode target = targets.addObject();
      target.put("refId", String.valueOf((char) ('A' + targets.size() - 1)));
      target.set("datasource", source(Source.PROMETHEUS));
      target.put("expr", one.text).put("legendFormat", one.legend).put("range", true);
    }
  }

  private static ObjectNode sql(String sql, int format) {
    ObjectNode target = new ObjectMapper().createObjectNode();
    target.put("refId", "A");
    target.set("datasource", source(Source.CLICKHOUSE));
    target.put("editorType", "sql").put("format", format).put("rawSql", sql);
    return target.put("queryType", format == TABLE ? "table" : "timeseries");
  }

  private ObjectNode panel(
      String type, String title, String description, int width, String unit, Source source) {
    if (x + width > COLUMNS) {
      x = 0;
      y += HEIGHT;
    }
    ObjectNode panel = panels.addObject();
    panel.put("id", ++id).put("type", type).put("title", title).put("description", description);
    panel.set("gridPos", position(x, y, width, HEIGHT));
    panel.set("datasource", source(source));
    ObjectNode defaults = panel.putObject("fieldConfig").putObject("defaults");
    if (!unit.isEmpty()) {
      defaults.put("unit", unit);
    }
    x += width;
    return panel;
  }

  private static ObjectNode source(Source source) {
    return new ObjectMapper().createObjectNode().put("type", source.type).put("uid", source.uid);
  }

  private static ObjectNode position(int x, int y, int width, int height) {
    return new ObjectMapper()
        .createObjectNode()
        .put("x", x)
        .put("y", y)
        .put("w", width)
        .put("h", height);
  }

  /**
   * The whole dashboard, which Grafana imports.
   *
   * @param uid stable, so that a later import replaces it
   */
  String dashboard(String uid, String title, List<Source> sources) {
    ObjectNode all = new ObjectMapper().createObjectNode();
    all.put("uid", uid).put("title", title).put("schemaVersion", 39).put("editable", true);
    all.putArray("tags").add("millrace");
    all.put("timezone", "utc").put("refresh", "10s");
    all.putObject("time").put("from", "now-6h").put("to", "now");
    ArrayNode variables = all.putObject("templating").putArray("list");
    for (Source source : sources) {
      String name = source.uid.substring(2, source.uid.length() - 1);
      variables
          .addObject()
          .put("name", name)
          .put("type", "datasource")
          .put("label", source == Source.CLICKHOUSE ? "ClickHouse" : "Prometheus")
          .put("query", source.type);
    }
    all.set("panels", panels);
    return all.toPrettyString();
  }
}
