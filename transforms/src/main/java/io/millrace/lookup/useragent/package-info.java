/** Look-ups of the parts of browsers' user agents. */
package io.millrace.lookup.useragent;
