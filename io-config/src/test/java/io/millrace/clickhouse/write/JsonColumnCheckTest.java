package io.millrace.clickhouse.write;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonColumnCheckTest {
  private static String problem(String json) {
    return JsonColumnCheck.problem(json.getBytes(UTF_8));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          {"a.b":1,"a":{"b":2}} | , path a.b: another key
          {"x":{"s.v":{"b":1},"s":{"v":{"b":2}}}} | , path x.s.v.b: another key
          {"d":[1,{"a.b":1,"a":{"b":2}}]} | , path d[1].a.b: another key
          {"n":18446744073709551616} | , path n: a whole number beyond 64 bits
          {"n":[[-9223372036854775809]]} | , path n[0][0]: a whole number beyond 64 bits
          {"n":{"m":1e400}} | , path n.m: a number beyond the range of Float64
          [1] | : expected an object
          """)
  void isFound(String json, String problem) {
    assertThat(problem(json), startsWith(problem));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"a\":\"v2\",\"a.b\":\"v1\"}",
        "{\"log\":{\"file\":\"x\",\"file.path\":\"y\"}}",
        "{\"big\":18446744073709551615,\"least\":-9223372036854775808,\"f\":1e308,\"z\":1e-400}",
        "{\"a\":null,\"b\":{},\"c\":[],\"d\":[{\"x\":1},{\"x\":2}],\"\":1,\"e.\":2,\".f\":3}",
      })
  void isTakenApart(String json) {
    assertThat(problem(json), is(nullValue()));
  }
}
