package io.millrace.dataflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.apache.beam.runners.dataflow.util.PropertyNames;
import org.apache.beam.sdk.transforms.reflect.DoFnSignature;
import org.apache.beam.sdk.transforms.reflect.DoFnSignatures;
import org.apache.beam.sdk.util.DoFnInfo;
import org.apache.beam.sdk.util.SerializableUtils;
import org.apache.beam.sdk.util.StringUtils;
import org.xerial.snappy.SnappyInputStream;

/** The job that Dataflow would be sent, read from its JSON. */
final class JobGraph {
  private final String text;
  private final JsonNode root;

  private JobGraph(String text, JsonNode root) {
    this.text = text;
    this.root = root;
  }

  static JobGraph parse(String text) throws IOException {
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

    /** What the step is made of, as it is sent to the workers; null where it is Dataflow's own. */
    DoFnSignature signature() {
      String packed = text(PropertyNames.SERIALIZED_FN);
      if (packed.isEmpty()) {
        return null;
      }
      DoFnInfo<?, ?> info =
          (DoFnInfo<?, ?>)
              SerializableUtils.deserializeFromByteArray(
                  StringUtils.jsonStringToByteArray(packed), name);
      return DoFnSignatures.signatureForDoFn(info.getDoFn());
    }
  }

  List<Step> steps() {
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
      DoFnSignature signature = step.isStateful() ? step.signature() : null;
      names.add(
          signature == null
              ? step.name()
              : step.name()
                  + " states="
                  + new TreeSet<>(signature.stateDeclarations().keySet())
                  + " timers="
                  + timers(signature));
    }
    names.sort(null);
    return names;
  }

  private static TreeSet<String> timers(DoFnSignature signature) {
    TreeSet<String> timers = new TreeSet<>();
    signature.timerDeclarations().keySet().forEach(id -> timers.add(id.replace("ts-", "")));
    signature.timerFamilyDeclarations().keySet().forEach(id -> timers.add(id.replace("tfs-", "")));
    return timers;
  }

  /** Every text in it; what is packed once more by itself, unpacked as well. */
  List<byte[]> contents() throws IOException {
    List<byte[]> contents = new ArrayList<>();
    contents.add(text.getBytes(StandardCharsets.UTF_8));
    collect(root, contents);
    return contents;
  }

  private static void collect(JsonNode node, List<byte[]> contents) throws IOException {
    if (node.isTextual()) {
      byte[] bytes;
      try {
        bytes = StringUtils.jsonStringToByteArray(node.asText());
      } catch (RuntimeException e) {
        // Not a text of that kind: it was searched as it stands.
        return;
      }
      contents.add(unpacked(bytes));
    }
    for (JsonNode child : node) {
      collect(child, contents);
    }
  }

  /** Beam's serialized objects are packed by Snappy. */
  private static byte[] unpacked(byte[] bytes) throws IOException {
    boolean snappy = bytes.length > 8 && bytes[0] == (byte) 0x82 && bytes[1] == 'S';
    return snappy ? new SnappyInputStream(new ByteArrayInputStream(bytes)).readAllBytes() : bytes;
  }
}
