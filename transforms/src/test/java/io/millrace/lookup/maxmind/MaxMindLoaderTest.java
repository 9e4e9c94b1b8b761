package io.millrace.lookup.maxmind;

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
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.checkerframework.checker.nullness.qual.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MaxMindLoaderTest {
  private static final byte[] DATABASE =
      new DatabaseWriter()
          .add(
              "10.0.0.0/8",
              Map.of(
                  "country", Map.of("iso_code", "DE"),
                  "location", Map.of("latitude", 52.5),
                  "subdivisions", List.of(Map.of("iso_code", "BE"))))
          .add("192.168.1.0/24", Map.of("country", Map.of("iso_code", "FR")))
          .bytes();

  private static LookupIndex load(byte[] database, long maxBytes)
      throws IOException, LookupException {
    Lookup lookup =
        new Lookup(
            "geo",
            Lookup.Kind.MMDB,
            "file:///geo.mmdb",
            "ip",
            "",
            List.of(
                new Lookup.Column("country", "country.iso_code"),
                new Lookup.Column("latitude", "location.latitude"),
                new Lookup.Column("area", "subdivisions.0.iso_code"),
                new Lookup.Column("whole", "country")),
            Duration.ofHours(1),
            OnFailure.NULL,
            maxBytes,
            Map.of());
    return new MaxMindLoader()
        .load(
            lookup,
            List.of(
                column("country", FieldType.STRING),
                column("latitude", FieldType.FLOAT64),
                column("area", FieldType.STRING),
                column("whole", FieldType.STRING)),
            new ByteArrayInputStream(database));
  }

  private static FieldDefinition column(String name, FieldType type) {
    return FieldDefinition.added(name, type, false, 0, 0, null, false);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "10.1.2.3 ~ [DE, 52.5, BE, null]",
        "::ffff:10.1.2.3 ~ [DE, 52.5, BE, null]",
        "192.168.1.255 ~ [FR, null, null, null]",
        "192.168.2.1 ~ none",
        "2001:db8::1 ~ none",
        "localhost ~ none",
        "10.1.2 ~ none",
      })
  void looksAddressesUp(String address, String expected) throws Exception {
    @Nullable Object[] found = load(DATABASE, 1 << 20).find(address);
    assertThat(found == null ? "none" : Arrays.toString(found), is(expected));
  }

  @Test
  void refusesWhatIsNoDatabase() {
    LookupException e =
        assertThrows(LookupException.class, () -> load(new byte[] {1, 2, 3}, 1 << 20));
    assertThat(e.getMessage(), is("is no database of MaxMind's format"));
  }

  @Test
  void refusesMoreThanItsMemory() {
    LookupException e = assertThrows(LookupException.class, () -> load(DATABASE, 100));
    assertThat(e.getMessage(), containsString("is larger than 100 bytes"));
  }
}
