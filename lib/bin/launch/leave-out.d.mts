export function importedPackages(): Set<string>;
export function neededPackages(
  packages: Readonly<Record<string, { dependencies?: object; optionalDependencies?: object }>>,
  roots: Iterable<string>,
): Set<string>;
