package io.millrace.dataflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.beam.runners.dataflow.util.PropertyNames;
import org.apache.beam.sdk.transforms.reflect.DoFnSignature;
import org.apache.beam.sdk.transforms.reflect.DoFnSignatures;
import org.apache.beam.sdk.util.DoFnInfo;
import org.apache.beam.sdk.util.SerializableUtils;
import org.apache.beam.sdk.util.StringUtils;
import org.xerial.snappy.Snappy;

/** The job that Dataflow would be sent, read from its JSON. */
public final class JobGraph {
  private static final byte[] SNAPPY = {(byte) 0x82, 'S', 'N', 'A', 'P', 'P', 'Y', 0};

  /** That name, and two versions. */
  private static final int HEADER_BYTES = 16;

  private final String text;
  private final JsonNode root;

  private JobGraph(String text, JsonNode root) {
    this.text = text;
    this.root = root;
  }

  public static JobGraph parse(String text) throws IOException {
    return new JobGraph(text, new ObjectMapper().readTree(text));
  }

  String text() {
    return text;
  }

  JsonNode environment() {
    return root.path("environment");
  }

  /** One step of the job. */
  record Step(String name, String kind, JsonNode properties) {
    /** A property's value, whether it is given plainly or with its type; empty if there is none. */
    String text(String property) {
      JsonNode value = properties.path(property);
      return value.has("value") ? value.path("value").asText() : value.asText();
    }

    boolean isStateful() {
      return text("uses_keyed_state").equals("true");
    }

    /** What the step is made of, as it is sent to the workers. */
    DoFnInfo<?, ?> info() {
      return (DoFnInfo<?, ?>)
          SerializableUtils.deserializeFromByteArray(
              StringUtils.jsonStringToByteArray(text(PropertyNames.SERIALIZED_FN)), name);
    }

    DoFnSignature signature() {
      return DoFnSignatures.signatureForDoFn(info().getDoFn());
    }
  }

  public List<Step> steps() {
    List<Step> steps = new ArrayList<>();
    for (JsonNode step : root.path("steps")) {
      JsonNode properties = step.path("properties");
      Step named = new Step("", step.path("kind").asText(), properties);
      steps.add(new Step(named.text("user_name"), named.kind(), properties));
    }
    return steps;
  }

  Step step(String name) {
    return steps().stream().filter(step -> step.name().equals(name)).findFirst().orElseThrow();
  }

  /** Names in order of the alphabet; behind a stateful step's its states and timers. */
  List<String> names() {
    List<String> names = new ArrayList<>();
    for (Step step : steps()) {
      names.add(step.isStateful() ? step.name() + kept(step.signature()) : step.name());
    }
    names.sort(null);
    return names;
  }

  private static String kept(DoFnSignature signature) {
    return " states="
        + new TreeSet<>(signature.stateDeclarations().keySet())
        + " timers="
        + timers(signature);
  }

  private static Set<String> timers(DoFnSignature signature) {
    Set<String> timers = new TreeSet<>();
    signature.timerDeclarations().keySet().forEach(id -> timers.add(id.replace("ts-", "")));
    signature.timerFamilyDeclarations().keySet().forEach(id -> timers.add(id.replace("tfs-", "")));
    return timers;
  }

  /** Every text in it; and everything that is packed in one, however deep, unpacked. */
  List<byte[]> contents() {
    List<byte[]> contents = new ArrayList<>();
    contents.add(text.getBytes(StandardCharsets.UTF_8));
    collect(root, contents);
    return contents;
  }

  private static void collect(JsonNode node, List<byte[]> contents) {
    if (node.isTextual()) {
      try {
        unpack(StringUtils.jsonStringToByteArray(node.asText()), contents);
      } catch (RuntimeException e) {
        // Not a text of that kind: it was searched as it stands.
        return;
      }
    }
    for (JsonNode child : node) {
      collect(child, contents);
    }
  }

  /** Beam packs objects by Snappy when it serializes them, and so does Millrace inside of them. */
  private static void unpack(byte[] bytes, List<byte[]> contents) {
    contents.add(bytes);
    for (int at = 0; at <= bytes.length - SNAPPY.length; at++) {
      if (Arrays.equals(bytes, at, at + SNAPPY.length, SNAPPY, 0, SNAPPY.length)) {
        unpack(unpacked(bytes, at), contents);
      }
    }
  }

  /** The blocks behind the header, each with its length in front, as far as they go. */
  private static byte[] unpacked(byte[] bytes, int header) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteBuffer in = ByteBuffer.wrap(bytes);
    int at = header + HEADER_BYTES;
    while (at + Integer.BYTES <= bytes.length) {
      int length = in.getInt(at);
      at += Integer.BYTES;
      // What stands behind the last block is no length of another.
      if (length <= 0 || length > bytes.length - at) {
        break;
      }
      try {
        out.writeBytes(Snappy.uncompress(Arrays.copyOfRange(bytes, at, at + length)));
      } catch (IOException e) {
        break;
      }
      at += length;
    }
    return out.toByteArray();
  }
}
