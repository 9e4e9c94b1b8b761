package io.millrace.testdata.generate;

import io.millrace.testdata.workload.JsonText;
import java.nio.charset.StandardCharsets;
import java.util.random.RandomGenerator;

/** Values of {@code metadata.error}: texts and objects. */
final class ErrorDetails {
  private static final String[] TEXTS = {
    "Code: 241. Memory limit (for query) exceeded: would use 9.31 GiB",
    "Code: 159. Timeout exceeded: elapsed 30.001 seconds",
    "Code: 60. Unknown table \"bestellungen_süd\"",
    "Verbindung zur Gegenstelle verloren: Knoten »lager-3«",
    "構文エラー: 位置 17 付近",
    "disk quota exceeded at /var/lib/engine\n  while writing part",
    "worker crashed 💥, retry later",
    // An empty error is still an error, because it is not null.
    "",
  };

  private final JsonText[] texts = JsonText.rawAndEscaped(TEXTS);
  private final JsonText[] objects = new JsonText[TEXTS.length];

  ErrorDetails() {
    for (int i = 0; i < TEXTS.length; i++) {
      objects[i] = object(i, texts[i % 3 == 0 ? 2 * i + 1 : 2 * i]);
    }
  }

  /** An error as JSON text; its UTF-8 is the expected value of the error column. */
  JsonText draw(RandomGenerator random) {
    JsonText[] form = random.nextInt(10) < 6 ? texts : objects;
    return form[random.nextInt(form.length)];
  }

  private static JsonText object(int number, JsonText message) {
    String colon = number % 2 == 0 ? ":" : ": ";
    String text =
        "{\"code\""
            + colon
            + (100 + 37 * number)
            + ",\"retryable\""
            + colon
            + (number % 4 == 0)
            + ",\"message\""
            + colon
            + new String(message.json(), StandardCharsets.UTF_8)
            + ",\"frames\""
            + colon
            + "["
            + number
            + ",null]}";
    byte[] json = text.getBytes(StandardCharsets.UTF_8);
    return new JsonText(text, json, json);
  }
}
