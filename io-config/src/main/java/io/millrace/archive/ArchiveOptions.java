package io.millrace.archive;

import io.millrace.io.flags.Flag;
import io.millrace.io.flags.FlagGroup;
import org.apache.beam.sdk.options.Default;
import org.apache.beam.sdk.options.Description;
import org.apache.beam.sdk.options.PipelineOptions;

/** Flags of archives, unparsed. */
@FlagGroup("Archive")
public interface ArchiveOptions extends PipelineOptions {
  @Description(
      "Length in bytes from which the parts of a day become one file."
          + " Example: --archiveFileBytes=134217728")
  @Default.Long(128L << 20)
  long getArchiveFileBytes();

  void setArchiveFileBytes(long archiveFileBytes);

  @Description(
      "Longest wait of a part before it becomes a file with others, by the worker's clock."
          + " Example: --archiveFileAge=10m")
  @Default.String("10m")
  @Flag(onDataflow = Flag.DURATION)
  String getArchiveFileAge();

  void setArchiveFileAge(String archiveFileAge);

  @Description(
      "Most bytes of encoded rows, before compression, in a part: a row group of a file."
          + " Example: --archivePartBytes=16777216")
  @Default.Integer(16 << 20)
  int getArchivePartBytes();

  void setArchivePartBytes(int archivePartBytes);

  @Description(
      "Longest wait of a row before its part is made, by the worker's clock. On Flink the part is"
          + " written after the next checkpoint. Example: --archivePartAge=30s")
  @Default.String("30s")
  @Flag(onDataflow = Flag.DURATION)
  String getArchivePartAge();

  void setArchivePartAge(String archivePartAge);

  @Description(
      "Number of writers of each day of a table, which limits the parallelism."
          + " Example: --archiveShards=4")
  @Default.Integer(1)
  int getArchiveShards();

  void setArchiveShards(int archiveShards);

  @Description(
      "Most bytes of parts that wait for the file system while it fails; above it the whole"
          + " pipeline waits. Example: --archiveMaxWaitingBytes=67108864")
  @Default.Long(64L << 20)
  long getArchiveMaxWaitingBytes();

  void setArchiveMaxWaitingBytes(long archiveMaxWaitingBytes);
}
