package io.meshbridge.bridge.test;

import java.util.Set;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;

/**
 * What the code of every module keeps to, checked on its compiled classes. A module adds
 * a subclass {@code XxxHouseRulesTests} that gives its package.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class HouseRules {

	private static final Set<String> EMPTY_NAMES = Set.of("util", "utils", "common", "support", "impl", "config",
			"helper", "helpers", "manager", "misc");

	private final String rootPackage;

	private final JavaClasses classes;

	/**
	 * Reads the module's main classes.
	 * @param rootPackage of the module
	 */
	protected HouseRules(String rootPackage) {
		this.rootPackage = rootPackage;
		this.classes = new ClassFileImporter().withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
			// What JMH and Spring write keeps to their own rules.
			.withImportOption((location) -> !location.contains("/jmh_generated/") && !location.contains("__"))
			.importPackages(rootPackage);
		if (this.classes.isEmpty()) {
			throw new IllegalStateException("'" + rootPackage + "' has no classes");
		}
	}

	/**
	 * The module's main classes, for rules of its own.
	 */
	protected final JavaClasses classes() {
		return this.classes;
	}

	/**
	 * Checks a rule of the module's own.
	 */
	protected final void check(ArchRule rule) {
		rule.allowEmptyShould(true).check(this.classes);
	}

	@Test
	final void packagesHaveNoCycles() {
		check(SlicesRuleDefinition.slices()
			.matching(this.rootPackage + ".(**)")
			.should()
			.beFreeOfCycles()
			.because("packages that need each other are one package, and can't be read one after the other"));
	}

	@Test
	final void packagesSayWhatTheyDoForAnEvent() {
		check(ArchRuleDefinition.noClasses()
			.should()
			.resideInAnyPackage(EMPTY_NAMES.stream().map((name) -> ".." + name + "..").toArray(String[]::new))
			.because("a name that fits everything says nothing; a helper lives beside its one user"));
	}

	@Test
	final void dependenciesComeThroughConstructors() {
		check(ArchRuleDefinition.noFields()
			.should()
			.beAnnotatedWith(Autowired.class)
			.orShould()
			.beAnnotatedWith(Value.class)
			.orShould()
			.beAnnotatedWith("jakarta.annotation.Resource")
			.orShould()
			.beAnnotatedWith("jakarta.inject.Inject")
			.because("an object that is built is complete, and its fields can be final"));
	}

	@Test
	final void nothingIsPrinted() {
		check(ArchRuleDefinition.noClasses()
			.that(doNotPrintForAReader())
			.should()
			.accessField(System.class, "out")
			.orShould()
			.accessField(System.class, "err")
			.orShould()
			.callMethod(Throwable.class, "printStackTrace")
			.because("an operator reads the log, which has levels, times and keys"));
	}

	private static DescribedPredicate<JavaClass> doNotPrintForAReader() {
		return DescribedPredicate.describe("are no command and no part of the contract kit", (type) -> {
			String name = type.getPackageName() + ".";
			return !name.startsWith("io.meshbridge.sandbox.") && !name.startsWith("io.meshbridge.bench.")
					&& !name.startsWith("io.meshbridge.bridge.test.")
					&& !name.startsWith("io.meshbridge.gateway.command.");
		});
	}

	@Test
	final void jsonIsJackson3() {
		check(ArchRuleDefinition.noClasses()
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("com.fasterxml.jackson.databind..", "com.fasterxml.jackson.core..")
			.because("Spring Boot 4 has Jackson 3 (tools.jackson); two JSON libraries have two ways to be wrong"));
	}

	@Test
	final void caseIsChangedWithALocale() {
		check(ArchRuleDefinition.noClasses()
			.should()
			.callMethod(String.class, "toLowerCase")
			.orShould()
			.callMethod(String.class, "toUpperCase")
			.because("in a Turkish locale \"ID\" in lower case is no \"id\"; use Locale.ROOT"));
	}

	@Test
	final void loggingIsSlf4j() {
		check(ArchRuleDefinition.noClasses()
			.should()
			.dependOnClassesThat()
			.haveFullyQualifiedName("java.util.logging.Logger")
			.orShould()
			.dependOnClassesThat()
			.resideInAnyPackage("org.apache.commons.logging..", "org.apache.log4j..", "org.apache.logging.log4j..")
			.because("one logging interface is set up; what goes to another is not seen"));
	}

	@Test
	final void threadsDoNotSleep() {
		check(ArchRuleDefinition.noClasses()
			.should()
			.callMethodWhere(DescribedPredicate.describe("sleeps",
					(JavaMethodCall call) -> call.getTargetOwner().isEquivalentTo(Thread.class)
							&& call.getName().equals("sleep")))
			.because("what waits is told when to go on, or scheduled; a sleeping thread can't be stopped in order"));
	}

	@Test
	final void everyPackageIsNullMarked() {
		for (JavaPackage each : this.classes.getPackage(this.rootPackage).getSubpackagesInTree()) {
			if (!each.getClasses().isEmpty() && each.tryGetPackageInfo().isEmpty()) {
				throw new AssertionError("package " + each.getName() + " has no package-info.java with @NullMarked and "
						+ "a sentence, because what may be null must be said");
			}
		}
	}

}
