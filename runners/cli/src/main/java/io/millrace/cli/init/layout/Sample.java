package io.millrace.cli.init.layout;

import java.util.List;

/**
 * What {@code init} has read.
 *
 * @param place where it is from, for people
 * @param name what the contract is called if nobody says it
 * @param input the URL for {@code run}; empty: none, as for standard input
 * @param flags flags that {@code run} needs to read it, each as {@code --name=value}
 * @param isFile whether there is one value, the bytes of a file; else each value is a record
 * @param values without nulls; may be empty
 * @param recordTimeMillis when the newest of them arrived, milliseconds since the epoch, UTC
 * @param cut whether the file has more bytes than were read
 * @param notes what to tell about reading
 */
public record Sample(
    String place,
    String name,
    String input,
    List<String> flags,
    boolean isFile,
    List<byte[]> values,
    long recordTimeMillis,
    boolean cut,
    List<String> notes) {}
