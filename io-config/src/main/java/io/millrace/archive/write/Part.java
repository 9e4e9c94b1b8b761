package io.millrace.archive.write;

import io.millrace.archive.store.Manifest;
import java.io.Serializable;

/**
 * A file of one row group that waits to be written.
 *
 * @param entry its entry in the manifest
 * @param file its bytes
 */
@SuppressWarnings("ArrayRecordComponent") // not compared
record Part(Manifest.Entry entry, byte[] file) implements Serializable {}
