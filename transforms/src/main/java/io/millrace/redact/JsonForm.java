package io.millrace.redact;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.millrace.decode.Utf8Validator;
import java.io.IOException;

/** Whether bytes are JSON, all of them, so that rules find every place in them. */
final class JsonForm {
  private static final JsonFactory JSON = new JsonFactory();

  private JsonForm() {}

  /** Whether the first byte that is no white space begins an object. */
  static boolean startsObject(byte[] bytes) {
    int at = 0;
    while (at < bytes.length && bytes[at] >= 0 && bytes[at] <= ' ') {
      at++;
    }
    return at < bytes.length && bytes[at] == '{';
  }

  /** Whether the bytes are one valid object in UTF-8. */
  static boolean isObject(byte[] bytes) {
    return startsObject(bytes) && isValid(bytes);
  }

  /** Whether the bytes are one valid value in UTF-8. */
  static boolean isValid(byte[] bytes) {
    if (new Utf8Validator().check(bytes, 0) != Utf8Validator.Result.VALID) {
      return false;
    }
    try (JsonParser parser = JSON.createParser(bytes)) {
      JsonToken token = parser.nextToken();
      if (token == null) {
        return false;
      }
      int depth = 0;
      while (token != null) {
        parser.finishToken();
        depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
        JsonToken next = parser.nextToken();
        if (depth == 0 && next != null) {
          return false;
        }
        token = next;
      }
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
