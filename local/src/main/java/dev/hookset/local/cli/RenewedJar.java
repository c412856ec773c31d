package dev.hookset.local.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.lang.constant.ClassDesc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * A jar's copy whose classes have the format of Java 8 at least, with the stack maps that the JVM
 * verifies by. Of older ones it keeps nothing in a cache, and verifies them the slow way at each
 * start: {@code ./hookset} has picocli copied.
 */
final class RenewedJar {
  private final JarFile jar;
  private final ClassFile format;

  private RenewedJar(JarFile jar) {
    this.jar = jar;
    ClassHierarchyResolver inTheJar = ClassHierarchyResolver.ofResourceParsing(this::source);
    this.format =
        ClassFile.of(
            ClassHierarchyResolverOption.of(
                inTheJar.orElse(ClassHierarchyResolver.defaultResolver())));
  }

  /** Copies the jar that the first argument names to where the second says. */
  public static void main(String[] arguments) throws IOException {
    try (JarFile jar = new JarFile(arguments[0]);
        ZipOutputStream copy = new ZipOutputStream(Files.newOutputStream(Path.of(arguments[1])))) {
      copy.setLevel(0);
      RenewedJar renewed = new RenewedJar(jar);
      for (JarEntry entry : Collections.list(jar.entries())) {
        copy.putNextEntry(new ZipEntry(entry.getName()));
        copy.write(renewed.content(entry));
        copy.closeEntry();
      }
    }
  }

  private byte[] content(JarEntry entry) throws IOException {
    byte[] bytes;
    try (InputStream stream = jar.getInputStream(entry)) {
      bytes = stream.readAllBytes();
    }
    return entry.getName().endsWith(".class") ? renewed(bytes) : bytes;
  }

  private byte[] renewed(byte[] bytes) {
    ClassModel model = format.parse(bytes);
    if (model.majorVersion() >= ClassFile.JAVA_8_VERSION) {
      return bytes;
    }
    ClassTransform withStackMaps =
        ClassTransform.transformingMethodBodies(CodeTransform.ACCEPT_ALL);
    return format.transformClass(
        model,
        withStackMaps.andThen(
            (renewed, element) ->
                renewed.with(
                    element instanceof ClassFileVersion
                        ? ClassFileVersion.of(ClassFile.JAVA_8_VERSION, 0)
                        : element)));
  }

  private @Nullable InputStream source(ClassDesc type) {
    String descriptor = type.descriptorString();
    JarEntry entry = jar.getJarEntry(descriptor.substring(1, descriptor.length() - 1) + ".class");
    try {
      return entry == null ? null : jar.getInputStream(entry);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
