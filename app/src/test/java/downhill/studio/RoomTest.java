package downhill.studio;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Holds this package, and the one that explains, to what each may use. */
class RoomTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .importPaths(
              Path.of("target", "classes", "downhill", "studio"),
              Path.of("target", "classes", "downhill", "explanation"));

  @Test
  void neitherTheCommandLineNorTheEngine() {
    noClasses()
        .that()
        .resideInAnyPackage("downhill.studio", "downhill.explanation")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("downhill.app", "downhill.engine", "downhill.report", "picocli..")
        .check(CLASSES);
  }

  @Test
  void theExplanationKnowsNoPage() {
    noClasses()
        .that()
        .resideInAPackage("downhill.explanation")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("downhill.studio", "org.eclipse..", "tools.jackson..")
        .check(CLASSES);
  }
}
