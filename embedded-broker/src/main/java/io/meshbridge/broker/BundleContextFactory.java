package io.meshbridge.broker;

import java.util.Map;

import javax.net.ssl.SSLContext;

import org.apache.activemq.artemis.core.remoting.impl.ssl.CachingSSLContextFactory;
import org.apache.activemq.artemis.spi.core.remoting.ssl.SSLContextConfig;
import org.springframework.boot.ssl.SslBundle;

/**
 * Hands Artemis the SSL context of a Spring SSL bundle, where the listener has one:
 * Artemis itself reads key stores from files only. It finds this class as a service.
 */
public final class BundleContextFactory extends CachingSSLContextFactory {

	/** Key of the bundle in the listener's configuration. */
	static final String BUNDLE = "meshbridgeSslBundle";

	/** Begins the name that takes the place of a key store's path. */
	static final String PREFIX = "bundle-";

	@Override
	public SSLContext getSSLContext(SSLContextConfig config, Map<String, Object> options) throws Exception {
		return (options.get(BUNDLE) instanceof SslBundle bundle) ? bundle.createSslContext()
				: super.getSSLContext(config, options);
	}

	@Override
	public int getPriority() {
		return super.getPriority() + 1;
	}

}
