package io.millrace.io;

import java.io.Serializable;

/** Parsed URL of an {@code --output}. Equal addresses name the same destination. */
public interface SinkAddress extends Serializable {}
