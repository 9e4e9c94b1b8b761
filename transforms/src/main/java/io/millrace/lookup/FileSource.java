package io.millrace.lookup;

import io.millrace.contract.Lookup;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.channels.Channels;
import java.util.List;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.io.fs.MatchResult;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Reads files of this machine ({@code file:///}) and of Google Cloud Storage ({@code gs://}). */
public final class FileSource implements LookupSource {
  private static final List<String> SCHEMES = List.of("file:///", "gs://");

  @Override
  public boolean reads(String from) {
    return SCHEMES.stream().anyMatch(from::startsWith);
  }

  @Override
  public @Nullable String problem(Lookup lookup) {
    return lookup.options().isEmpty()
        ? null
        : "a file needs no `user`, `password`, `token` or `ca`";
  }

  @Override
  public @Nullable Content open(Lookup lookup, @Nullable String unless)
      throws IOException, LookupException {
    MatchResult.Metadata file = metadata(lookup);
    String tag = tag(file);
    return tag.equals(unless)
        ? null
        : new Content(Channels.newInputStream(FileSystems.open(file.resourceId())), tag);
  }

  @Override
  public boolean isStill(Lookup lookup, String tag) throws IOException, LookupException {
    return tag(metadata(lookup)).equals(tag);
  }

  private static MatchResult.Metadata metadata(Lookup lookup) throws IOException, LookupException {
    try {
      return match(lookup.from());
    } catch (FileNotFoundException e) {
      throw new LookupException("there is no such file", e);
    }
  }

  private static MatchResult.Metadata match(String from) throws IOException {
    try {
      return FileSystems.matchSingleFileSpec(from);
    } catch (IllegalArgumentException e) {
      // Only a runner registers other file systems than that of this machine.
      FileSystems.setDefaultPipelineOptions(PipelineOptionsFactory.create());
      return FileSystems.matchSingleFileSpec(from);
    }
  }

  private static String tag(MatchResult.Metadata file) {
    return file.lastModifiedMillis() + "-" + file.sizeBytes();
  }
}
