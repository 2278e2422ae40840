package io.meshbridge.sandbox.demo;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * Hears Ctrl-C and SIGTERM instead of the JVM. The JVM would run every shutdown hook at
 * once, and the hook of Qpid stops its broker while the gateway still drains into it; and
 * while the brokers start, the JVM would refuse the hooks that Kafka wants.
 */
final class Signals {

	private static final List<String> NAMES = List.of("INT", "TERM", "HUP");

	private Signals() {
	}

	/**
	 * Runs an action each time the process is told to end, on a thread of the JVM's.
	 * @param action gets the number of the signal
	 */
	static void onEnd(IntConsumer action) {
		NAMES.forEach((name) -> onSignal(name, action));
	}

	/** By reflection, since the compiler warns of sun.misc and can't be told not to. */
	private static void onSignal(String name, IntConsumer action) {
		try {
			Class<?> signal = Class.forName("sun.misc.Signal");
			Class<?> handler = Class.forName("sun.misc.SignalHandler");
			Object heard = signal.getConstructor(String.class).newInstance(name);
			int number = (int) signal.getMethod("getNumber").invoke(heard);
			Object listener = Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] { handler },
					(self, method, arguments) -> {
						if (method.getName().equals("handle")) {
							action.accept(number);
						}
						return null;
					});
			signal.getMethod("handle", signal, handler).invoke(null, heard, listener);
		}
		catch (InvocationTargetException ex) {
			if (!(ex.getCause() instanceof IllegalArgumentException)) {
				throw new IllegalStateException("can't listen for the signal " + name, ex);
			}
			// This system does not have that signal.
		}
		catch (ReflectiveOperationException ex) {
			throw new IllegalStateException("can't listen for the signal " + name, ex);
		}
	}

}
