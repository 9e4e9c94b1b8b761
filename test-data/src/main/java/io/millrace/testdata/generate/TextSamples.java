package io.millrace.testdata.generate;

import io.millrace.testdata.workload.JsonText;
import java.util.random.RandomGenerator;

/** Short texts as in telemetry. Many of them test escapes and Unicode in decoders. */
final class TextSamples {
  private static final String[] TEXTS = {
    "scan of part 20260301_1_117_3 done, 8192 rows a granule",
    "Größe der Zwischenablage überschritten, weiche auf Platte aus",
    "スキャン完了：行数を確認してください",
    "cache miss on mark file \"primary.cidx\"",
    "C:\\data\\export\\monthly.csv",
    "line one\nline two\r\n\tindented",
    "🚀 nightly job 👩‍👩‍👧‍👦 finished 🏁",
    "path /var/lib/engine/store/7f3/data.bin",
    "查询在第三阶段等待锁",
    "naïve café — “quoted”, 50 % of 3 €",
    "merge of 14 parts into one, 1.23 GiB, 4.1 s",
    "key={\"a\":[1,2,3]} looks like JSON but is text",
    "bell and form feed: \b \f, unit separator: \u001f",
    "Ελληνικά, עברית, العربية, हिन्दी",
    "𝒯𝓮𝔁𝓽 beyond the basic plane 𐍈 and 🜁",
    "spilled 512 MiB to disk while joining orders to customers",
    "line separator \u2028 and paragraph separator \u2029 are legal",
    "node-07 answered after 3 attempts",
    "resultset truncated at the client's limit of 10000 rows",
    "zero width\u200b joiner and a combining e\u0301",
  };

  private final JsonText[] samples = new JsonText[TEXTS.length * 2];

  TextSamples() {
    for (int i = 0; i < TEXTS.length; i++) {
      samples[2 * i] = JsonText.raw(TEXTS[i]);
      samples[2 * i + 1] = JsonText.escaped(TEXTS[i]);
    }
  }

  JsonText draw(RandomGenerator random) {
    return samples[random.nextInt(samples.length)];
  }
}
