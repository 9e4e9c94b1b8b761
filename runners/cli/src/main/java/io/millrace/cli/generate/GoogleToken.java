package io.millrace.cli.generate;

import com.google.auth.oauth2.GoogleCredentials;
import io.millrace.pipeline.WrongUseException;
import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;

/** Access tokens of the user who is logged in to Google Cloud on this computer. */
final class GoogleToken {
  private static final String SCOPE = "https://www.googleapis.com/auth/pubsub";

  private GoogleToken() {}

  /**
   * A supplier of tokens that are valid when they are asked for.
   *
   * @throws WrongUseException in one line, if nobody is logged in
   */
  static Supplier<String> ofThisUser() {
    GoogleCredentials credentials;
    try {
      credentials = GoogleCredentials.getApplicationDefault().createScoped(List.of(SCOPE));
    } catch (IOException e) {
      throw new WrongUseException(
          "no credentials for Google Cloud: run `gcloud auth application-default login`, or use an"
              + " emulator: --pubsub-emulator=HOST:PORT");
    }
    return () -> token(credentials);
  }

  private static String token(GoogleCredentials credentials) {
    try {
      credentials.refreshIfExpired();
      return credentials.getAccessToken().getTokenValue();
    } catch (IOException e) {
      throw new WrongUseException(
          "Google Cloud does not renew the credentials: run `gcloud auth application-default"
              + " login` again");
    }
  }
}
