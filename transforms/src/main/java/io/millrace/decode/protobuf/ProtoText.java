package io.millrace.decode.protobuf;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Label;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.squareup.wire.Syntax;
import com.squareup.wire.schema.Field;
import com.squareup.wire.schema.Location;
import com.squareup.wire.schema.internal.parser.EnumElement;
import com.squareup.wire.schema.internal.parser.FieldElement;
import com.squareup.wire.schema.internal.parser.MessageElement;
import com.squareup.wire.schema.internal.parser.OneOfElement;
import com.squareup.wire.schema.internal.parser.ProtoFileElement;
import com.squareup.wire.schema.internal.parser.ProtoParser;
import com.squareup.wire.schema.internal.parser.TypeElement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Describes a {@code .proto} file from its text, parsed by Square's Wire. Reads what decoding
 * needs: messages, enums, fields and their numbers. Extensions and options do not matter for it.
 */
final class ProtoText {
  private static final Map<String, FieldDescriptorProto.Type> SCALARS =
      Map.ofEntries(
          Map.entry("double", FieldDescriptorProto.Type.TYPE_DOUBLE),
          Map.entry("float", FieldDescriptorProto.Type.TYPE_FLOAT),
          Map.entry("int32", FieldDescriptorProto.Type.TYPE_INT32),
          Map.entry("int64", FieldDescriptorProto.Type.TYPE_INT64),
          Map.entry("uint32", FieldDescriptorProto.Type.TYPE_UINT32),
          Map.entry("uint64", FieldDescriptorProto.Type.TYPE_UINT64),
          Map.entry("sint32", FieldDescriptorProto.Type.TYPE_SINT32),
          Map.entry("sint64", FieldDescriptorProto.Type.TYPE_SINT64),
          Map.entry("fixed32", FieldDescriptorProto.Type.TYPE_FIXED32),
          Map.entry("fixed64", FieldDescriptorProto.Type.TYPE_FIXED64),
          Map.entry("sfixed32", FieldDescriptorProto.Type.TYPE_SFIXED32),
          Map.entry("sfixed64", FieldDescriptorProto.Type.TYPE_SFIXED64),
          Map.entry("bool", FieldDescriptorProto.Type.TYPE_BOOL),
          Map.entry("string", FieldDescriptorProto.Type.TYPE_STRING),
          Map.entry("bytes", FieldDescriptorProto.Type.TYPE_BYTES));

  private static final String MAP = "map<";

  private final boolean proto3;

  private ProtoText(boolean proto3) {
    this.proto3 = proto3;
  }

  /**
   * Describes a file.
   *
   * @param name the name by which others import it
   * @throws IllegalArgumentException in one line, if it cannot be read
   */
  static FileDescriptorProto parse(String name, String text) {
    ProtoFileElement file;
    try {
      file = ProtoParser.Companion.parse(Location.Companion.get(name), text);
    } catch (RuntimeException | StackOverflowError e) {
      String reason = e.getMessage() == null ? "" : e.getMessage();
      throw new IllegalArgumentException(
          "not a valid .proto file: " + reason.lines().findFirst().orElse("no reason given"), e);
    }
    boolean proto3 = file.getSyntax() == Syntax.PROTO_3;
    FileDescriptorProto.Builder made =
        FileDescriptorProto.newBuilder().setName(name).setSyntax(proto3 ? "proto3" : "proto2");
    if (file.getPackageName() != null) {
      made.setPackage(file.getPackageName());
    }
    made.addAllDependency(file.getImports());
    for (String used : file.getPublicImports()) {
      made.addPublicDependency(made.getDependencyCount());
      made.addDependency(used);
    }
    ProtoText types = new ProtoText(proto3);
    for (TypeElement type : file.getTypes()) {
      if (type instanceof MessageElement message) {
        made.addMessageType(types.message(message));
      } else if (type instanceof EnumElement symbols) {
        made.addEnumType(symbols(symbols));
      }
    }
    return made.build();
  }

  private static EnumDescriptorProto symbols(EnumElement element) {
    EnumDescriptorProto.Builder made = EnumDescriptorProto.newBuilder().setName(element.getName());
    element
        .getConstants()
        .forEach(
            constant ->
                made.addValueBuilder().setName(constant.getName()).setNumber(constant.getTag()));
    made.getOptionsBuilder().setAllowAlias(true);
    return made.build();
  }

  private DescriptorProto message(MessageElement element) {
    if (!element.getGroups().isEmpty()) {
      throw new IllegalArgumentException("groups are not supported; expected nested messages");
    }
    DescriptorProto.Builder made = DescriptorProto.newBuilder().setName(element.getName());
    for (TypeElement type : element.getNestedTypes()) {
      if (type instanceof MessageElement message) {
        made.addNestedType(message(message));
      } else if (type instanceof EnumElement symbols) {
        made.addEnumType(symbols(symbols));
      }
    }
    for (OneOfElement choice : element.getOneOfs()) {
      int index = made.getOneofDeclCount();
      made.addOneofDeclBuilder().setName(choice.getName());
      for (FieldElement field : choice.getFields()) {
        made.addField(field(field, made).setOneofIndex(index));
      }
    }
    List<FieldDescriptorProto.Builder> optional = new ArrayList<>();
    for (FieldElement field : element.getFields()) {
      FieldDescriptorProto.Builder described = field(field, made);
      if (proto3 && field.getLabel() == Field.Label.OPTIONAL) {
        optional.add(described);
      } else {
        made.addField(described);
      }
    }
    // An optional field of proto3 is a choice of one, after those that the file has.
    for (FieldDescriptorProto.Builder field : optional) {
      field.setProto3Optional(true).setOneofIndex(made.getOneofDeclCount());
      made.addOneofDeclBuilder().setName("_" + field.getName());
      made.addField(field);
    }
    return made.build();
  }

  private FieldDescriptorProto.Builder field(FieldElement field, DescriptorProto.Builder message) {
    Label label = label(field.getLabel());
    String type = field.getType();
    if (type.startsWith(MAP) && type.endsWith(">")) {
      String[] parts = type.substring(MAP.length(), type.length() - 1).split(",", 2);
      if (parts.length != 2) {
        throw new IllegalArgumentException("expected a key and a value in " + MAP);
      }
      String entry = entryName(field.getName());
      DescriptorProto.Builder made = message.addNestedTypeBuilder().setName(entry);
      made.addField(described("key", 1, Label.LABEL_OPTIONAL, parts[0].strip()));
      made.addField(described("value", 2, Label.LABEL_OPTIONAL, parts[1].strip()));
      made.getOptionsBuilder().setMapEntry(true);
      type = entry;
      label = Label.LABEL_REPEATED;
    }
    return described(field.getName(), field.getTag(), label, type);
  }

  private static Label label(Field.@Nullable Label label) {
    return label == Field.Label.REPEATED
        ? Label.LABEL_REPEATED
        : label == Field.Label.REQUIRED ? Label.LABEL_REQUIRED : Label.LABEL_OPTIONAL;
  }

  private static FieldDescriptorProto.Builder described(
      String name, int number, Label label, String type) {
    FieldDescriptorProto.Builder made =
        FieldDescriptorProto.newBuilder().setName(name).setNumber(number).setLabel(label);
    FieldDescriptorProto.Type scalar = SCALARS.get(type);
    // Whether a name is a message's or an enum's is found when the descriptor is made.
    return scalar == null ? made.setTypeName(type) : made.setType(scalar);
  }

  /** As protoc names the entries of a map: {@code my_field} becomes {@code MyFieldEntry}. */
  private static String entryName(String field) {
    StringBuilder name = new StringBuilder();
    for (String part : field.split("_", -1)) {
      if (!part.isEmpty()) {
        name.append(part.substring(0, 1).toUpperCase(Locale.ROOT)).append(part.substring(1));
      }
    }
    return name.append("Entry").toString();
  }
}
