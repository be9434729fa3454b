import { compile } from 'json-p3';
import { NotModelled } from '../service.ts';
import { runtime, StateFailure } from './failure.ts';
import { isObject, type Json, type JsonObject } from './json.ts';

/** What a path may start from: the state's data, or the context object behind `$$`. */
export interface Sources {
  readonly data: Json;
  readonly context: JsonObject;
}

export type Reader = (from: Sources) => Json | undefined;

const readers = new Map<string, Reader>();

/**
 * A compiled path: `$…` into the data, `$$…` into the context. A definite path gives its value or undefined, any other
 * path gives an array. Throws when the text is not a path.
 */
export function reader(path: string): Reader {
  let found = readers.get(path);
  if (!found) {
    found = compileReader(path);
    readers.set(path, found);
  }
  return found;
}

function compileReader(path: string): Reader {
  const fromContext = path.startsWith('$$');
  const source = fromContext ? ({ context }: Sources): Json => context : ({ data }: Sources): Json => data;
  const query = compile(fromContext ? path.slice(1) : path);
  if (!query.singularQuery()) return (from) => query.query(source(from) as never).values() as Json[];
  const steps = stepsOf(path, fromContext ? path.slice(1) : path);
  return (from) => {
    let value: Json | undefined = source(from);
    for (const step of steps) {
      if (typeof step === 'number') value = Array.isArray(value) ? value.at(step) : undefined;
      else value = isObject(value) && Object.hasOwn(value, step) ? value[step] : undefined;
      if (value === undefined) return undefined;
    }
    return value;
  };
}

/** The names and indexes of a definite path: walking them is many times faster than asking the library each time. */
function stepsOf(path: string, query: string): readonly (string | number)[] {
  return compile(query).segments.flatMap((segment) => {
    const [selector] = segment.selectors as readonly { readonly name?: unknown; readonly index?: unknown }[];
    const step = selector?.name ?? selector?.index;
    if (typeof step !== 'string' && typeof step !== 'number')
      throw new NotModelled('states', `the path ${path}`);
    return [step];
  });
}

/** Reads what a field names; a definite path that finds nothing ends the execution. */
export function mustRead(path: string, field: string, from: Sources): Json {
  const value = reader(path)(from);
  if (value !== undefined) return value;
  throw runtime(
    `The JSONPath '${path}' specified for the field '${field}' could not be found in the input '${JSON.stringify(
      path.startsWith('$$') ? from.context : from.data,
    ).slice(0, 1_000)}'`,
  );
}

/** Puts a value at a reference path, leaving the original as it was: only the objects on the way are new. */
export type Writer = (into: Json, value: Json) => Json;

export function writer(path: string): Writer {
  if (path === '$') return (_into, value) => value;
  if (path.startsWith('$$')) throw new Error(`${path} writes into the context object`);
  const steps = stepsOf(path, path);
  if (!compile(path).singularQuery() || steps.some((step) => typeof step === 'number'))
    throw new NotModelled('states', `the ResultPath ${path}: only names are`);
  return (into, value) => put(into, steps as readonly string[], 0, value, path);
}

function put(into: Json, steps: readonly string[], at: number, value: Json, path: string): Json {
  const step = steps[at];
  if (step === undefined) return value;
  if (!isObject(into))
    throw new StateFailure(
      'States.ResultPathMatchFailure',
      `Unable to apply ResultPath ${path}: there is no object to put '${step}' into`,
    );
  // A missing name on the way becomes an object, as AWS does.
  const below = Object.hasOwn(into, step) ? into[step]! : {};
  return { ...into, [step]: put(at + 1 < steps.length ? below : {}, steps, at + 1, value, path) };
}
