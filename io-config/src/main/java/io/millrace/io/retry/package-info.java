/** Elements that a system does not take yet: kept, tried again, reported. */
package io.millrace.io.retry;
