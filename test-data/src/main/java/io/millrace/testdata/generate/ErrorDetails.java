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

  private final Detail[] texts = new Detail[TEXTS.length * 2];
  private final Detail[] objects = new Detail[TEXTS.length];

  /** An error as JSON text and as the expected value of the error column. */
  record Detail(byte[] json, byte[] column) {}

  ErrorDetails() {
    for (int i = 0; i < TEXTS.length; i++) {
      JsonText raw = JsonText.raw(TEXTS[i]);
      JsonText escaped = JsonText.escaped(TEXTS[i]);
      texts[2 * i] = new Detail(raw.json(), raw.utf8());
      texts[2 * i + 1] = new Detail(escaped.json(), escaped.utf8());
      byte[] object = object(i, i % 3 == 0 ? escaped : raw);
      objects[i] = new Detail(object, object);
    }
  }

  Detail draw(RandomGenerator random) {
    Detail[] form = random.nextInt(10) < 6 ? texts : objects;
    return form[random.nextInt(form.length)];
  }

  private static byte[] object(int number, JsonText message) {
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
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
