package io.millrace.cli;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One answer of the endpoint of metrics, parsed here and not by the library that wrote it.
 *
 * @param samples values by name and labels, with the labels in the order of their names
 */
record Scrape(Map<String, Double> samples) {
  private static final Pattern SAMPLE =
      Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)\\})? (\\S+)");
  private static final Pattern LABEL = Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"([^\"]*)\"");

  /** A server of metrics on a port. */
  record Server(int port) {
    HttpResponse<String> get(String path, String... headers)
        throws IOException, InterruptedException {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
              .timeout(Duration.ofMinutes(1));
      if (headers.length > 0) {
        request.headers(headers);
      }
      return HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString());
    }

    /** The metrics; without samples while nothing listens. */
    Scrape scrape() {
      try {
        HttpResponse<String> answer = get("/metrics");
        assertThat(answer.body(), answer.statusCode(), is(200));
        return of(answer.body());
      } catch (IOException e) {
        return new Scrape(Map.of());
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    /** The first scrape of a run for which something holds. */
    Scrape await(RunningCommand running, String what, Predicate<Scrape> reached) {
      AtomicReference<Scrape> last = new AtomicReference<>(new Scrape(Map.of()));
      try {
        running.await(
            what,
            () -> {
              last.set(scrape());
              return reached.test(last.get());
            });
      } catch (AssertionError e) {
        throw new AssertionError(e.getMessage() + ": " + last.get().samples(), e);
      }
      return last.get();
    }

    /** The status and the line of the health check; empty while nothing listens. */
    String health() {
      try {
        HttpResponse<String> answer = get("/healthz");
        return answer.statusCode() + " " + answer.body().strip();
      } catch (IOException e) {
        return "";
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  static Scrape of(String text) {
    Map<String, Double> samples = new TreeMap<>();
    text.lines()
        .filter(line -> !line.startsWith("#"))
        .forEach(
            line -> {
              Matcher sample = SAMPLE.matcher(line);
              assertThat(line, sample.matches());
              Map<String, String> labels = new HashMap<>();
              if (sample.group(2) != null) {
                LABEL
                    .matcher(sample.group(2))
                    .results()
                    .forEach(label -> labels.put(label.group(1), label.group(2)));
              }
              String name = sample.group(1) + new TreeMap<>(labels);
              Double before = samples.put(name, Double.parseDouble(sample.group(3)));
              assertThat(name + " stands there once", before == null);
            });
    return new Scrape(samples);
  }

  /** Whether there is a sample of a name, with any labels. */
  boolean has(String name) {
    return samples.keySet().stream().anyMatch(key -> key.startsWith(name + "{"));
  }

  /**
   * The sum of the samples of a name with these labels, whatever their other labels are.
   *
   * @param labels names and values by turns
   */
  double sum(String name, String... labels) {
    return samples.entrySet().stream()
        .filter(sample -> sample.getKey().startsWith(name + "{"))
        .filter(sample -> hasLabels(sample.getKey(), labels))
        .mapToDouble(Map.Entry::getValue)
        .sum();
  }

  private static boolean hasLabels(String key, String... labels) {
    String all = key.substring(key.indexOf('{')).replaceAll("[{}]", ", ");
    for (int i = 0; i < labels.length; i += 2) {
      if (!all.contains(", " + labels[i] + "=" + labels[i + 1] + ", ")) {
        return false;
      }
    }
    return true;
  }
}
