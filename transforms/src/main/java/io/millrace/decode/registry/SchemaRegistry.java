package io.millrace.decode.registry;

import io.millrace.contract.RecordFormat.OptionProblem;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;

/** The options of formats that read schemas from a registry, and the registry they describe. */
public final class SchemaRegistry {
  /** Option: the address of the registry, {@code http} or {@code https}. */
  public static final String URL = "registry";

  /** Option: a reference to the user name. */
  public static final String USER = "registry_user";

  /** Option: a reference to the user's password. */
  public static final String PASSWORD = "registry_password";

  /** Option: a reference to a bearer token. */
  public static final String TOKEN = "registry_token";

  /** Option: a PEM file with the certificates to trust. */
  public static final String CA = "registry_ca";

  /** All options but the address. */
  public static final List<String> OPTIONS = List.of(USER, PASSWORD, TOKEN, CA);

  private SchemaRegistry() {}

  /** Whether the options of a contract's format name a registry. */
  public static boolean isNamed(Map<String, String> options) {
    return options.containsKey(URL);
  }

  /** Problems of these options in a contract. */
  public static List<OptionProblem> problems(Map<String, String> options) {
    return RegistryOptions.problems(options);
  }

  /**
   * The content of the file that {@link #CA} names, for the contract.
   *
   * @throws IllegalArgumentException if it holds no certificates
   */
  public static String certificates(byte[] pem) {
    String text = new String(pem, StandardCharsets.US_ASCII);
    Object unused = TrustedCertificates.context(text);
    return text;
  }

  /**
   * TLS that trusts only given certificates.
   *
   * @param pem what {@link #certificates} returns
   */
  public static SSLContext trusting(String pem) {
    return TrustedCertificates.context(pem);
  }

  /** The registry that the options name. Connects when the first schema is looked up. */
  public static SchemaLookup open(Map<String, String> options) {
    return new HttpSchemaLookup(RegistryOptions.of(options));
  }
}
