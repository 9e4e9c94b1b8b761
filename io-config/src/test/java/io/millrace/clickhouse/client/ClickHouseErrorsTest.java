package io.millrace.clickhouse.client;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import com.clickhouse.client.api.ClientException;
import com.clickhouse.client.api.ServerException;
import io.millrace.clickhouse.client.ClickHouseErrors.Failure;
import io.millrace.clickhouse.client.ClickHouseErrors.Kind;
import java.net.ConnectException;
import java.net.UnknownHostException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClickHouseErrorsTest {
  @ParameterizedTest
  @CsvSource({
    "469, CONTENT",
    "6, CONTENT",
    "27, CONTENT",
    "38, CONTENT",
    "41, CONTENT",
    "53, OPERATOR",
    "69, CONTENT",
    "72, CONTENT",
    "117, CONTENT",
    "131, CONTENT",
    "321, CONTENT",
    "349, CONTENT",
    "407, CONTENT",
    "3, WAIT",
    "32, WAIT",
    "33, WAIT",
    "159, WAIT",
    "202, WAIT",
    "209, WAIT",
    "210, WAIT",
    "241, WAIT",
    "242, WAIT",
    "252, WAIT",
    "745, WAIT",
    "319, WAIT",
    "999, WAIT",
    "4711, WAIT",
    "16, OPERATOR",
    "60, OPERATOR",
    "81, OPERATOR",
    "164, OPERATOR",
    "243, OPERATOR",
    "497, OPERATOR",
    "516, OPERATOR",
  })
  void kindOfACode(int code, Kind kind) {
    Failure failure =
        ClickHouseErrors.understand(
            new ClientException("insert", new ServerException(code, "Code: " + code + ". x")));
    assertThat(failure.kind(), is(kind));
    assertThat(failure.code(), is(code));
    assertThat(failure.remedy().isEmpty(), is(kind != Kind.OPERATOR));
  }

  @Test
  void noAnswerIsWaitedFor() {
    Failure failure =
        ClickHouseErrors.understand(
            new ClientException("insert", new ConnectException("Connection refused")));
    assertThat(failure.kind(), is(Kind.WAIT));
    assertThat(failure.message(), is("no answer: ConnectException: Connection refused"));
  }

  @Test
  void aSecretThatIsMissingIsAnOperatorsMatter() {
    Failure failure =
        ClickHouseErrors.understand(
            new IllegalArgumentException("secret file:/run/pw: cannot be read (NoSuchFile)"));
    assertThat(failure.kind(), is(Kind.OPERATOR));
    assertThat(failure.message(), containsString("secret file:/run/pw: cannot be read"));
    assertThat(failure.remedy(), containsString("provide the secret at its reference"));
  }

  @Test
  void noHostAndNoTrustSayWhatToDo() {
    Failure host =
        ClickHouseErrors.understand(
            new ClientException("insert", new UnknownHostException("clickhouse.example")));
    assertThat(host.kind(), is(Kind.WAIT));
    assertThat(host.remedy(), containsString("check the address"));
    Failure trust =
        ClickHouseErrors.understand(
            new ClientException("insert", new SSLHandshakeException("PKIX path building failed")));
    assertThat(trust.kind(), is(Kind.WAIT));
    assertThat(trust.remedy(), containsString("--clickHouseCaFile"));
  }

  @Test
  void anAnswerThatIsNotClickHousesIsWaitedFor() {
    Failure failure = ClickHouseErrors.understand(new ServerException(0, "too many", 429));
    assertThat(failure.kind(), is(Kind.WAIT));
    assertThat(failure.message(), is("HTTP status 429: too many"));
  }

  @Test
  void messagesAreOneLine() {
    assertThat(
        ClickHouseErrors.understand(new ServerException(252, "Code: Code: 252. a\nb")).message(),
        is("Code: 252. a b"));
  }

  @Test
  void reasonsHoldNoValues() {
    String constraint =
        ClickHouseErrors.withoutValues(
            new Failure(
                Kind.CONTENT,
                469,
                "Code: 469. DB::Exception: Constraint `small` for table db.t (8) is violated at row"
                    + " 5. Expression: (x < 3). Column values: x = 4711.",
                ""));
    assertThat(constraint, containsString("Constraint `small` for table db.t"));
    assertThat(constraint, not(containsString("4711")));
    assertThat(
        ClickHouseErrors.withoutValues(
            new Failure(Kind.CONTENT, 6, "Cannot parse string 'secret' as Int32: \"more\" x", "")),
        is("ClickHouse: Cannot parse string '…' as Int32: '…' x"));
    assertThat(
        ClickHouseErrors.withoutValues(
            new Failure(
                Kind.CONTENT,
                117,
                "Code: 117. DB::Exception: Cannot parse JSON object here: {a: 4711}",
                "")),
        is("ClickHouse: Code: 117. DB::Exception: Cannot parse JSON object here"));
    assertThat(
        ClickHouseErrors.withoutValues(
            new Failure(Kind.CONTENT, 117, "cannot convert NEGATIVE value -4711 to UInt64", "")),
        is("ClickHouse: cannot convert NEGATIVE"));
    assertThat(
        ClickHouseErrors.withoutValues(
            new Failure(Kind.CONTENT, 6, "Cannot parse string 'O\\'Brien 4711' as \"x'y\"", "")),
        is("ClickHouse: Cannot parse string '…' as '…'"));
    assertThat(
        ClickHouseErrors.withoutValues(
            new Failure(Kind.CONTENT, 6, "Cannot parse 'cut off in the middle", "")),
        is("ClickHouse: Cannot parse '…'"));
  }
}
