package io.millrace.cli.generate;

import com.google.auth.oauth2.GoogleCredentials;
import io.millrace.pipeline.WrongUseException;
import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;

/** Access tokens of this computer's Google Cloud credentials. */
final class GoogleToken {
  private static final String SCOPE = "https://www.googleapis.com/auth/pubsub";

  private GoogleToken() {}

  /**
   * A supplier of valid tokens; it refreshes them as needed.
   *
   * @throws WrongUseException if there are no credentials
   */
  static Supplier<String> ofThisUser() {
    GoogleCredentials credentials;
    try {
      credentials = GoogleCredentials.getApplicationDefault().createScoped(List.of(SCOPE));
    } catch (IOException e) {
      throw new WrongUseException(
          "no Google Cloud credentials. Run `gcloud auth application-default login`, or use an"
              + " emulator: --pubsubEmulator=HOST:PORT");
    }
    return () -> token(credentials);
  }

  private static String token(GoogleCredentials credentials) {
    try {
      credentials.refreshIfExpired();
      return credentials.getAccessToken().getTokenValue();
    } catch (IOException e) {
      throw new WrongUseException(
          "cannot refresh the Google Cloud credentials. Run `gcloud auth application-default login`"
              + " again");
    }
  }
}
