package io.millrace.lookup.useragent;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.contract.FieldDefinition;
import io.millrace.contract.FieldType;
import io.millrace.contract.Lookup;
import io.millrace.contract.OnFailure;
import io.millrace.lookup.LookupException;
import io.millrace.lookup.LookupIndex;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("both-compilers")
class UserAgentLoaderTest {
  private static final String CHROME =
      "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)"
          + " Chrome/120.0.0.0 Safari/537.36";

  private static LookupIndex load(String field) throws LookupException {
    Lookup lookup =
        new Lookup(
            "agents",
            Lookup.Kind.USER_AGENT,
            "",
            "user_agent",
            "",
            List.of(
                new Lookup.Column("browser", field),
                new Lookup.Column("version", "AgentVersionMajor"),
                new Lookup.Column("device", "DeviceClass")),
            Duration.ofHours(1),
            OnFailure.NULL,
            1 << 20,
            Map.of());
    return new UserAgentLoader()
        .load(
            lookup,
            List.of(
                column("browser", FieldType.STRING),
                column("version", FieldType.INT32),
                column("device", FieldType.STRING)),
            InputStream.nullInputStream());
  }

  private static FieldDefinition column(String name, FieldType type) {
    return FieldDefinition.added(name, type, false, 0, 0, null, false);
  }

  /** Also prints what loading and parsing cost. */
  @Test
  void parsesUserAgents() throws Exception {
    long heap = heap();
    long begin = cpu();
    LookupIndex index = load("AgentName");
    long loaded = cpu();
    long used = heap() - heap;
    assertThat(Arrays.toString(index.find(CHROME)), is("[Chrome, 120, Desktop]"));
    assertThat(index.find("")[1] == null, is(true));
    assertThat(index.version(), containsString("yauaa "));
    int different = 500;
    long before = cpu();
    for (int i = 0; i < different; i++) {
      assertThat(index.find(CHROME.replace("120", String.valueOf(20 + i))).length, is(3));
    }
    long parsed = cpu();
    int repeated = 100_000;
    for (int i = 0; i < repeated; i++) {
      assertThat(index.find(CHROME) == null, is(false));
    }
    System.out.printf(
        "user agents: loaded in %d ms of CPU and %d MB, %d us each, %d ns each that is cached%n",
        (loaded - begin) / 1_000_000,
        used >> 20,
        (parsed - before) / 1_000 / different,
        (cpu() - parsed) / repeated);
  }

  /** The memory of what is in use, in bytes. */
  private static long heap() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  private static long cpu() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  @Test
  void namesAnUnknownField() {
    LookupException e = assertThrows(LookupException.class, () -> load("Browser"));
    assertThat(e.getMessage(), containsString("has no such fields: Browser, AgentVersionMajor"));
  }
}
