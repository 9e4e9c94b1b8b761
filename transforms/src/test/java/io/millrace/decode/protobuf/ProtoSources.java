package io.millrace.decode.protobuf;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;

/** Describes {@code .proto} files for tests of other packages. */
public final class ProtoSources {
  private ProtoSources() {}

  public static FileDescriptorProto parse(String name, String text) {
    return ProtoText.parse(name, text);
  }
}
