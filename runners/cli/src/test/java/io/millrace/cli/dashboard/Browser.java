package io.millrace.cli.dashboard;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * One page of a real Chromium, by its DevTools protocol. It notes each request and each complaint
 * in the console.
 */
final class Browser {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long LONGEST_SECONDS = 120;
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private final Process process;
  private final WebSocket socket;
  private final AtomicInteger ids = new AtomicInteger();
  private final Map<Integer, CompletableFuture<JsonNode>> answers = new ConcurrentHashMap<>();
  private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
  private final List<String> complaints = Collections.synchronizedList(new ArrayList<>());

  /** Starts Chromium with a profile of its own. */
  Browser(Path directory) throws Exception {
    process = start(directory);
    HttpClient http = HttpClient.newHttpClient();
    JsonNode pages =
        JSON.readTree(
            http.send(
                    HttpRequest.newBuilder(
                            URI.create("http://" + listening(process, directory) + "/json/list"))
                        .build(),
                    BodyHandlers.ofString())
                .body());
    String address = "";
    for (JsonNode page : pages) {
      if (page.path("type").asText().equals("page")) {
        address = page.path("webSocketDebuggerUrl").asText();
      }
    }
    socket = http.newWebSocketBuilder().buildAsync(URI.create(address), new Listener()).join();
    for (String domain : List.of("Page", "Runtime", "Log", "Network")) {
      send(domain + ".enable", Map.of());
    }
  }

  private static Process start(Path directory) {
    try {
      return new ProcessBuilder(
              "chromium",
              "--headless=new",
              "--no-sandbox",
              "--disable-gpu",
              "--disable-dev-shm-usage",
              "--no-first-run",
              "--disable-background-networking",
              "--disable-component-update",
              "--disable-sync",
              "--hide-scrollbars",
              "--remote-debugging-port=0",
              "--user-data-dir=" + directory,
              "about:blank")
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .redirectError(ProcessBuilder.Redirect.DISCARD)
          .start();
    } catch (IOException e) {
      throw new AssertionError("install the package chromium", e);
    }
  }

  /** Chromium writes the port that it has taken into its profile. */
  private static String listening(Process process, Path directory) throws IOException {
    Path file = directory.resolve("DevToolsActivePort");
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LONGEST_SECONDS);
    while (true) {
      List<String> lines = Files.exists(file) ? Files.readAllLines(file) : List.of();
      if (lines.size() > 1) {
        return "127.0.0.1:" + lines.get(0);
      }
      if (!process.isAlive() || System.nanoTime() > deadline) {
        throw new AssertionError("chromium did not start; install the package chromium");
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  /** Takes answers and events; a message may come in parts. */
  private final class Listener implements WebSocket.Listener {
    private final StringBuilder message = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
      message.append(part);
      if (last) {
        String whole = message.toString();
        message.setLength(0);
        try {
          take(JSON.readTree(whole));
        } catch (IOException e) {
          throw new IllegalStateException(e);
        }
      }
      from.request(1);
      return CompletableFuture.completedFuture(null);
    }
  }

  private void take(JsonNode message) {
    if (message.has("id")) {
      answers.remove(message.get("id").asInt()).complete(message);
      return;
    }
    JsonNode event = message.path("params");
    switch (message.path("method").asText()) {
      case "Network.requestWillBeSent" -> requests.add(event.at("/request/url").asText());
      case "Runtime.exceptionThrown" -> complaints.add(event.path("exceptionDetails").toString());
      case "Runtime.consoleAPICalled" -> {
        if (List.of("error", "warning", "assert").contains(event.path("type").asText())) {
          complaints.add(event.path("args").toString());
        }
      }
      case "Log.entryAdded" -> {
        if (!event.at("/entry/level").asText().equals("verbose")) {
          complaints.add(event.at("/entry/text").asText() + " " + event.at("/entry/url").asText());
        }
      }
      default -> {
        // Not of interest.
      }
    }
  }

  /** Sends a command and waits for its result. */
  JsonNode send(String method, Map<String, ?> parameters) throws Exception {
    int id = ids.incrementAndGet();
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    answers.put(id, answer);
    ObjectNode command = JSON.createObjectNode().put("id", id).put("method", method);
    command.set("params", JSON.valueToTree(parameters));
    socket.sendText(command.toString(), true).join();
    JsonNode message = answer.get(LONGEST_SECONDS, TimeUnit.SECONDS);
    if (message.has("error")) {
      throw new AssertionError(method + ": " + message.get("error"));
    }
    return message.path("result");
  }

  void open(String url) throws Exception {
    send("Page.navigate", Map.of("url", url));
  }

  /** The value of an expression in the page. */
  JsonNode eval(String expression) throws Exception {
    JsonNode result =
        send(
            "Runtime.evaluate",
            Map.of("expression", expression, "returnByValue", true, "awaitPromise", true));
    if (result.has("exceptionDetails")) {
      throw new AssertionError(expression + ": " + result.get("exceptionDetails"));
    }
    return result.at("/result/value");
  }

  /** Waits until an expression is true. What it asks for may not be there yet. */
  void await(String expression) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LONGEST_SECONDS);
    String now =
        "(() => { try { return Boolean(" + expression + "); } catch { return false; } })()";
    while (!eval(now).asBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError(
            "in time: " + expression + "; the page shows " + eval("document.body.innerText"));
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  /** Presses keys, each by its name: {@code Tab}, {@code ArrowRight}, {@code r}. */
  void press(String... keys) throws Exception {
    Map<String, Integer> codes =
        Map.of(
            "Tab",
            9,
            "Enter",
            13,
            "Escape",
            27,
            " ",
            32,
            "End",
            35,
            "Home",
            36,
            "ArrowLeft",
            37,
            "ArrowRight",
            39);
    for (String key : keys) {
      int code = codes.getOrDefault(key, (int) key.toUpperCase(java.util.Locale.ROOT).charAt(0));
      boolean text = key.length() == 1 || key.equals("Enter");
      Map<String, Object> press =
          Map.of(
              "type",
              text ? "keyDown" : "rawKeyDown",
              "key",
              key,
              "text",
              text ? (key.equals("Enter") ? "\r" : key) : "",
              "windowsVirtualKeyCode",
              code);
      send("Input.dispatchKeyEvent", press);
      send(
          "Input.dispatchKeyEvent",
          Map.of("type", "keyUp", "key", key, "windowsVirtualKeyCode", code));
    }
  }

  /** The size of the window in pixels; the figures of a small screen are those of a phone. */
  void size(int width, int height) throws Exception {
    send(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 600));
  }

  void scheme(String lightOrDark) throws Exception {
    send(
        "Emulation.setEmulatedMedia",
        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", lightOrDark))));
  }

  /** Writes what the whole page shows to {@code target/screenshots}. */
  void screenshot(String name) throws Exception {
    // Layout and charts follow in the next frames.
    eval("new Promise(done => setTimeout(() => requestAnimationFrame(() => done(true)), 150))");
    JsonNode shot =
        send("Page.captureScreenshot", Map.of("format", "png", "captureBeyondViewport", true));
    Path directory =
        Files.createDirectories(Path.of(System.getProperty("basedir", "."), "target/screenshots"));
    Files.write(
        directory.resolve(name + ".png"), Base64.getDecoder().decode(shot.path("data").asText()));
  }

  List<String> requests() {
    return List.copyOf(requests);
  }

  /** Errors and warnings in the console so far. */
  List<String> complaints() {
    return List.copyOf(complaints);
  }

  /** Ends it in order, so that it leaves no files; or kills it. */
  void end() throws Exception {
    try {
      send("Browser.close", Map.of());
      boolean unused = process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS);
    } finally {
      socket.abort();
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly().onExit().join();
    }
  }
}
