import { NotModelled } from '../service.ts';
import { runtime } from './failure.ts';
import { isObject, type Json } from './json.ts';
import { mustRead, reader, type Sources } from './paths.ts';

export type Template = (from: Sources) => Json;

/** Compiles Parameters, ItemSelector or ResultSelector: keys that end in `.$` take their value from a path. */
export function template(value: Json, field: string): Template {
  if (Array.isArray(value)) {
    const parts = value.map((part) => template(part as Json, field));
    return (from) => parts.map((part) => part(from));
  }
  if (!isObject(value)) return () => value;
  const fields = Object.entries(value).map(([key, inner]) => compileField(key, inner, field));
  return (from) => {
    const made: Record<string, Json> = {};
    for (const [key, make] of fields) made[key] = make(from);
    return made;
  };
}

function compileField(key: string, inner: Json, field: string): readonly [string, Template] {
  if (!key.endsWith('.$')) return [key, template(inner, field)];
  if (typeof inner !== 'string')
    throw new Error(
      `the value of the field '${key}' in ${field} must be a path; received ${JSON.stringify(inner)}`,
    );
  if (inner.startsWith('States.')) throw new NotModelled('states', `the intrinsic function ${inner}`);
  if (!inner.startsWith('$'))
    throw new Error(`the value of the field '${key}' in ${field} must be a path; received ${inner}`);
  reader(inner);
  return [key.slice(0, -2), (from) => mustRead(inner, key, from)];
}

/** InputPath and OutputPath: a path, `null` for an empty object, or all when left out. */
export function filter(path: string | null | undefined, field: string): Template {
  if (path === undefined || path === '$') return ({ data }) => data;
  if (path === null) return () => ({});
  reader(path);
  return (from) => mustRead(path, field, from);
}

/** A whole number out of a path or of the definition itself. */
export function count(value: Json, field: string): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value;
  throw runtime(
    `The ${field} must be a whole number that is not negative; received ${JSON.stringify(value)}`,
  );
}
