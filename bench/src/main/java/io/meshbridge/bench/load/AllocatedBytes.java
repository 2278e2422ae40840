package io.meshbridge.bench.load;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

import javax.management.JMException;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

import com.sun.management.ThreadMXBean;
import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;

/**
 * How many bytes the threads of a JVM have allocated so far, those that ended included.
 * Safe for any number of threads.
 */
public final class AllocatedBytes implements LongSupplier, AutoCloseable {

	/**
	 * What is told when it can't be found out.
	 */
	public static final long UNKNOWN = -1;

	private static final long LOOK_MILLIS = 250;

	private final MBeanServerConnection jvm;

	private final AutoCloseable connection;

	private final ThreadMXBean threads;

	private final boolean told;

	private final Map<Long, Long> byThread = new HashMap<>();

	private final ScheduledExecutorService looks = Executors.newSingleThreadScheduledExecutor((task) -> {
		Thread thread = new Thread(task, "allocated-bytes");
		thread.setDaemon(true);
		return thread;
	});

	private AllocatedBytes(MBeanServerConnection jvm, AutoCloseable connection) throws IOException {
		this.jvm = jvm;
		this.connection = connection;
		this.threads = ManagementFactory.newPlatformMXBeanProxy(jvm, ManagementFactory.THREAD_MXBEAN_NAME,
				ThreadMXBean.class);
		this.told = total() != UNKNOWN;
		if (!this.told) {
			// So that what a thread allocated is known when it ends.
			this.looks.scheduleWithFixedDelay(this::getAsLong, 0, LOOK_MILLIS, TimeUnit.MILLISECONDS);
		}
	}

	/**
	 * Of this JVM.
	 */
	public static AllocatedBytes here() throws IOException {
		return new AllocatedBytes(ManagementFactory.getPlatformMBeanServer(), () -> {
		});
	}

	/**
	 * Of another JVM of this user.
	 * @throws IOException if it does not let itself be asked
	 */
	// The address is that of a process of ours, as the attach API tells it.
	@SuppressWarnings("BanJNDI")
	public static AllocatedBytes of(long processId) throws IOException {
		try {
			VirtualMachine machine = VirtualMachine.attach(String.valueOf(processId));
			try {
				JMXConnector connector = JMXConnectorFactory
					.connect(new JMXServiceURL(machine.startLocalManagementAgent()));
				return new AllocatedBytes(connector.getMBeanServerConnection(), connector);
			}
			finally {
				machine.detach();
			}
		}
		catch (AttachNotSupportedException ex) {
			throw new IOException(ex);
		}
	}

	/**
	 * All bytes until now, or {@link #UNKNOWN} when that JVM has ended.
	 */
	@Override
	public synchronized long getAsLong() {
		try {
			return this.told ? total() : sum();
		}
		catch (IOException | RuntimeException ex) {
			return UNKNOWN;
		}
	}

	/**
	 * JVMs from 21 on tell.
	 */
	private long total() throws IOException {
		try {
			return (long) this.jvm.getAttribute(new ObjectName(ManagementFactory.THREAD_MXBEAN_NAME),
					"TotalThreadAllocatedBytes");
		}
		catch (JMException ex) {
			return UNKNOWN;
		}
	}

	private long sum() {
		long[] ids = this.threads.getAllThreadIds();
		long[] bytes = this.threads.getThreadAllocatedBytes(ids);
		for (int i = 0; i < ids.length; i++) {
			this.byThread.merge(ids[i], Math.max(bytes[i], 0), Math::max);
		}
		return this.byThread.values().stream().mapToLong(Long::longValue).sum();
	}

	@Override
	public void close() {
		this.looks.shutdownNow();
		try {
			this.connection.close();
		}
		catch (Exception ex) {
			// That JVM has ended already.
		}
	}

}
