package io.meshbridge.gateway.admin;

import io.meshbridge.rules.reference.RulesSchema;

import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * {@code /admin/schemas}: what an editor must know of the files that a gateway reads.
 */
@RestController
@RequestMapping("/admin/schemas")
class SchemasController {

	private final String rules = RulesSchema.json();

	/**
	 * The JSON Schema of files with rules, for editors.
	 */
	@GetMapping(path = "/routes.json", produces = MediaType.APPLICATION_JSON_VALUE)
	String rules() {
		return this.rules;
	}

}
