/** Resolved properties of a resource, read by path with the type that the template's schema gives them. */
export type Properties = Readonly<Record<string, unknown>>;

export function text(properties: Properties, ...path: readonly string[]): string | undefined {
  const value = at(properties, path);
  return value === undefined || value === null ? undefined : String(value);
}

export function whole(properties: Properties, ...path: readonly string[]): number | undefined {
  const value = at(properties, path);
  return value === undefined || value === null ? undefined : Number(value);
}

export function flag(properties: Properties, ...path: readonly string[]): boolean {
  return String(at(properties, path)) === 'true';
}

export function list<Item = Properties>(properties: Properties, ...path: readonly string[]): readonly Item[] {
  const value = at(properties, path);
  return value === undefined ? [] : ([value].flat() as Item[]);
}

export function part(properties: Properties, ...path: readonly string[]): Properties {
  return (at(properties, path) ?? {}) as Properties;
}

function at(properties: Properties, path: readonly string[]): unknown {
  let value: unknown = properties;
  for (const step of path) value = (value as Properties | undefined)?.[step];
  return value;
}
