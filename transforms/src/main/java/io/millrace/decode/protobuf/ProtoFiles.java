package io.millrace.decode.protobuf;

import com.google.protobuf.AnyProto;
import com.google.protobuf.DescriptorProtos;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DurationProto;
import com.google.protobuf.EmptyProto;
import com.google.protobuf.FieldMaskProto;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.StructProto;
import com.google.protobuf.TimestampProto;
import com.google.protobuf.WrappersProto;
import io.millrace.decode.registry.RegisteredSchema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Makes descriptors of the descriptions of {@code .proto} files. */
final class ProtoFiles {
  private static final List<FileDescriptor> SHIPPED =
      List.of(
          TimestampProto.getDescriptor(),
          DurationProto.getDescriptor(),
          WrappersProto.getDescriptor(),
          StructProto.getDescriptor(),
          AnyProto.getDescriptor(),
          EmptyProto.getDescriptor(),
          FieldMaskProto.getDescriptor(),
          DescriptorProtos.getDescriptor());

  private final Map<String, FileDescriptorProto> given = new LinkedHashMap<>();
  private final Map<String, FileDescriptor> built = new HashMap<>();

  private ProtoFiles() {
    SHIPPED.forEach(file -> built.put(file.getName(), file));
  }

  /**
   * The message with a full name in a descriptor set, as {@code protoc --descriptor_set_out
   * --include_imports} writes it.
   *
   * @throws IllegalArgumentException in one line, if there is none
   */
  static Descriptor message(byte[] set, String name) {
    ProtoFiles files = new ProtoFiles();
    try {
      for (FileDescriptorProto file : FileDescriptorSet.parseFrom(set).getFileList()) {
        files.given.put(file.getName(), file);
      }
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException(
          "expected a descriptor set, as `protoc --descriptor_set_out=FILE --include_imports`"
              + " writes it",
          e);
    }
    List<String> names = new ArrayList<>();
    for (String file : files.given.keySet()) {
      for (Descriptor type : files.build(file).getMessageTypes()) {
        Descriptor found = find(type, name, names);
        if (found != null) {
          return found;
        }
      }
    }
    throw new IllegalArgumentException(
        "the descriptor set has no message %s; it has %s"
            .formatted(name, String.join(", ", names.subList(0, Math.min(20, names.size())))));
  }

  private static @Nullable Descriptor find(Descriptor type, String name, List<String> names) {
    names.add(type.getFullName());
    if (type.getFullName().equals(name)) {
      return type;
    }
    for (Descriptor nested : type.getNestedTypes()) {
      Descriptor found = find(nested, name, names);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  /**
   * The file of a schema registry's schema.
   *
   * @param name of the file, for messages
   * @throws IllegalArgumentException in one line, if it is invalid
   */
  static FileDescriptor registered(String name, RegisteredSchema schema) {
    List<FileDescriptorProto> files = new ArrayList<>();
    for (RegisteredSchema.Import used : schema.imports()) {
      files.add(ProtoText.parse(used.name(), used.text()));
    }
    files.add(ProtoText.parse(name + ".proto", schema.text()));
    return last(files);
  }

  /**
   * The file that others import, directly or not.
   *
   * @param files the files, the one to return last
   * @throws IllegalArgumentException in one line, if they are invalid
   */
  static FileDescriptor last(List<FileDescriptorProto> files) {
    ProtoFiles all = new ProtoFiles();
    files.forEach(file -> all.given.put(file.getName(), file));
    return all.build(files.get(files.size() - 1).getName());
  }

  private FileDescriptor build(String name) {
    FileDescriptor before = built.get(name);
    if (before != null) {
      return before;
    }
    FileDescriptorProto.Builder file = given.get(name).toBuilder().clearPublicDependency();
    // Otherwise a string of proto2 that is no UTF-8 would be repaired, and so changed.
    file.getOptionsBuilder().setJavaStringCheckUtf8(true);
    List<FileDescriptor> imports = new ArrayList<>();
    file.clearDependency();
    for (String used : given.get(name).getDependencyList()) {
      // Options may be of files that nobody has; a type that is missing is found below.
      if (!used.equals(name) && (built.containsKey(used) || given.containsKey(used))) {
        file.addDependency(used);
        imports.add(build(used));
      }
    }
    for (int index : given.get(name).getPublicDependencyList()) {
      int kept = file.getDependencyList().indexOf(given.get(name).getDependency(index));
      if (kept >= 0) {
        file.addPublicDependency(kept);
      }
    }
    try {
      FileDescriptor made =
          FileDescriptor.buildFrom(file.build(), imports.toArray(new FileDescriptor[0]));
      built.put(name, made);
      return made;
    } catch (DescriptorValidationException e) {
      String reason = e.getMessage() == null ? "" : e.getMessage();
      throw new IllegalArgumentException(
          "the Protobuf schema is invalid: " + reason.lines().findFirst().orElse("no reason given"),
          e);
    }
  }
}
