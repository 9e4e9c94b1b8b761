package io.millrace.decode.protobuf;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import io.millrace.decode.DecodeException;
import io.millrace.decode.binary.RowTarget;
import io.millrace.decode.protobuf.MessagePlan.Plan;
import java.util.HashMap;
import java.util.Map;
import org.checkerframework.checker.nullness.qual.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A file of a schema registry, with a plan for each of its messages that records hold. */
final class RegisteredFile {
  private static final Logger LOG = LoggerFactory.getLogger(RegisteredFile.class);

  private final String name;
  private final FileDescriptor file;
  private final RowTarget row;
  private final Map<Descriptor, Plan> plans = new HashMap<>();
  private @Nullable Plan first;

  /**
   * Prepares for the records of a schema.
   *
   * @param name of contract and schema, for the log
   */
  RegisteredFile(String name, FileDescriptor file, RowTarget row) {
    this.name = name;
    this.file = file;
    this.row = row;
  }

  /** The plan for the message that the indexes mean; compiled once. */
  Plan plan(MessageIndexes indexes) throws DecodeException {
    Plan latest = first;
    if (latest != null && indexes.isFirst()) {
      return latest;
    }
    Descriptor message = indexes.of(file);
    Plan plan = plans.get(message);
    if (plan == null) {
      plan = MessagePlan.compile(message, row);
      plans.put(message, plan);
      LOG.info("{}: decoding {}", name, message.getFullName());
      plan.problems()
          .forEach(
              (path, problem) ->
                  LOG.warn(
                      "Message {} of {} never fills the field at {}: {}",
                      message.getFullName(),
                      name,
                      path,
                      problem));
    }
    if (indexes.isFirst()) {
      first = plan;
    }
    return plan;
  }
}
