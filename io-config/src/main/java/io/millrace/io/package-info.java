/** Interfaces of sources, sinks and their configuration. Independent of any system. */
package io.millrace.io;
