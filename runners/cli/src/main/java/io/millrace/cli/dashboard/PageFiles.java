package io.millrace.cli.dashboard;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Serves the files of the page and of the chart library, from the class path. */
final class PageFiles implements HttpHandler {
  private static final List<String> OWN =
      List.of(
          "index.html",
          "style.css",
          "icon.svg",
          "app.js",
          "dom.js",
          "format.js",
          "chart.js",
          "range.js",
          "health.js",
          "rollups.js",
          "letters.js",
          "alerts.js");

  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "svg", "image/svg+xml");

  private static final String LIBRARY = "org.webjars.npm/uplot";
  private static final int OK = 200;
  private static final int NOT_FOUND = 404;

  private final Map<String, byte[]> files;

  private PageFiles(Map<String, byte[]> files) {
    this.files = files;
  }

  /** Reads all files, so that one that is missing is noticed at the start. */
  static PageFiles load() {
    Map<String, byte[]> files = new HashMap<>();
    OWN.forEach(
        name ->
            files.put("/" + name, read(PageFiles.class.getResourceAsStream("page/" + name), name)));
    files.put("/", files.get("/index.html"));
    String library = "META-INF/resources/webjars/uplot/%s/dist/".formatted(libraryVersion());
    for (String name : List.of("uPlot.esm.js", "uPlot.min.css")) {
      files.put("/uplot/" + name, read(resource(library + name), name));
    }
    return new PageFiles(files);
  }

  private static String libraryVersion() {
    String file = "META-INF/maven/" + LIBRARY + "/pom.properties";
    Properties properties = new Properties();
    try (InputStream in = resource(file)) {
      if (in == null) {
        throw new IllegalStateException(LIBRARY + " is not on the class path");
      }
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties.getProperty("version");
  }

  private static @Nullable InputStream resource(String name) {
    return PageFiles.class.getClassLoader().getResourceAsStream(name);
  }

  private static byte[] read(@Nullable InputStream stream, String name) {
    try (stream) {
      if (stream == null) {
        throw new IllegalStateException(name + " is not on the class path");
      }
      return stream.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    byte[] file = files.get(path);
    boolean found = file != null;
    byte[] body = found ? file : "There is no such file\n".getBytes(StandardCharsets.UTF_8);
    String name = path.endsWith("/") ? "index.html" : path;
    exchange
        .getResponseHeaders()
        .set(
            "Content-Type",
            found
                ? TYPES.getOrDefault(name.substring(name.lastIndexOf('.') + 1), "text/plain")
                : "text/plain; charset=utf-8");
    exchange.sendResponseHeaders(found ? OK : NOT_FOUND, body.length);
    exchange.getResponseBody().write(body);
  }
}
