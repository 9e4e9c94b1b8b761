package io.millrace.io;

import java.io.Serializable;

/**
 * Where rows go, as a URL. {@link SinkConnector} reads it. An address is equal to another if it is
 * the same place.
 */
public interface SinkAddress extends Serializable {}
