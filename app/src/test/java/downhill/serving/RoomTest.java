package downhill.serving;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Holds the server to what it may use, and the HTTP library to the server. */
class RoomTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter().importPath(Path.of("target", "classes", "downhill"));

  @Test
  void theServerKnowsNothingOfTheCommandLineOrTheEngine() {
    noClasses()
        .that()
        .resideInAPackage("downhill.serving")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("downhill.app", "downhill.engine", "downhill.report", "picocli..")
        .check(CLASSES);
  }

  @Test
  void nobodyElseKnowsTheHttpLibrary() {
    noClasses()
        .that()
        .resideOutsideOfPackages("downhill.serving", "downhill.studio")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.eclipse.jetty..", "org.slf4j..")
        .check(CLASSES);
  }

  @Test
  void onlyTheSessionBringsTheServerToTheCommandLine() {
    noClasses()
        .that()
        .resideInAPackage("downhill.app")
        .and()
        .haveSimpleNameNotStartingWith("Serving")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("downhill.serving")
        .because("other commands must start without the server's classes")
        .check(CLASSES);
  }
}
