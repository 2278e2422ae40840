package io.meshbridge.bridge.http.outbound;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * Where a target's events are posted.
 *
 * @param uri without user-info
 * @param authorization value of the {@code Authorization} header, made of the user-info
 */
record TargetUrl(URI uri, @Nullable String authorization) {

	/**
	 * Reads a target's destination.
	 * @throws IllegalArgumentException when it is no http or https URL with a host
	 */
	static TargetUrl parse(String destination) {
		try {
			URI uri = new URI(destination);
			String scheme = (uri.getScheme() == null) ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
			if ((!scheme.equals("http") && !scheme.equals("https")) || uri.getHost() == null) {
				throw new IllegalArgumentException(
						"http target '" + printable(destination) + "': expected a URL such as https://host/path");
			}
			String userInfo = uri.getUserInfo();
			StringBuilder text = new StringBuilder(scheme).append("://").append(uri.getHost());
			if (uri.getPort() >= 0) {
				text.append(':').append(uri.getPort());
			}
			text.append(uri.getRawPath().isEmpty() ? "/" : uri.getRawPath());
			if (uri.getRawQuery() != null) {
				text.append('?').append(uri.getRawQuery());
			}
			return new TargetUrl(new URI(text.toString()), (userInfo == null) ? null : basic(userInfo));
		}
		catch (URISyntaxException ex) {
			throw new IllegalArgumentException(
					"http target '" + printable(destination) + "' is no URL: " + ex.getReason());
		}
	}

	private static String basic(String userInfo) {
		return "Basic " + Base64.getEncoder().encodeToString(userInfo.getBytes(StandardCharsets.UTF_8));
	}

	private static String printable(String destination) {
		return destination.replaceAll("//[^/@]*@", "//").replaceAll("\\?.*", "");
	}

	/**
	 * The URL without what may be secret in it: user-info and query.
	 */
	@Override
	public String toString() {
		String text = this.uri.toString();
		int query = text.indexOf('?');
		return (query < 0) ? text : text.substring(0, query);
	}

}
