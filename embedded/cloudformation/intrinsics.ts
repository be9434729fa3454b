import { NotModelled } from '../service.ts';

/** What a reference can find: the deployment under way answers. */
export interface Lookup {
  ref(logicalId: string): unknown;
  attribute(logicalId: string, attribute: string): unknown;
  exported(name: string): unknown;
  condition(name: string): boolean;
  readonly mappings: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;
}

type Intrinsic = (argument: unknown, find: Lookup) => unknown;

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : [value]);

const INTRINSICS: Readonly<Record<string, Intrinsic>> = {
  Ref: (id, find) => find.ref(String(id)),
  'Fn::GetAtt': (argument, find) => {
    const [id, ...path] = typeof argument === 'string' ? argument.split('.') : list(argument).map(String);
    return find.attribute(String(id), path.join('.'));
  },
  'Fn::Join': (argument, find) => {
    const [separator, parts] = list(argument);
    return list(resolve(parts, find)).map(String).join(String(separator));
  },
  'Fn::Sub': (argument, find) => {
    const [template, variables] = list(argument) as [string, Record<string, unknown>?];
    return template.replace(/\$\{(!?)([^}]+)\}/g, (whole, literal: string, name: string) => {
      if (literal) return whole.replace('${!', '${');
      if (variables && name in variables) return String(resolve(variables[name], find));
      const [id, ...path] = name.split('.');
      return String(path.length > 0 ? find.attribute(id!, path.join('.')) : find.ref(name));
    });
  },
  'Fn::Select': (argument, find) => {
    const [index, from] = list(argument);
    return list(resolve(from, find))[Number(resolve(index, find))];
  },
  'Fn::Split': (argument, find) => {
    const [separator, text] = list(argument);
    return String(resolve(text, find)).split(String(separator));
  },
  'Fn::ImportValue': (name, find) => find.exported(String(resolve(name, find))),
  'Fn::If': (argument, find) => {
    const [condition, yes, no] = list(argument);
    return resolve(find.condition(String(condition)) ? yes : no, find);
  },
  'Fn::FindInMap': (argument, find) => {
    const [map, first, second] = list(argument).map((part) => String(resolve(part, find)));
    return find.mappings[map!]?.[first!]?.[second!];
  },
};

/** Replaces every intrinsic function in a piece of a template by what it stands for. */
export function resolve(value: unknown, find: Lookup): unknown {
  if (Array.isArray(value))
    return value.map((item) => resolve(item, find)).filter((item) => item !== NO_VALUE);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value);
  if (entries.length === 1) {
    const [name, argument] = entries[0]!;
    const intrinsic = INTRINSICS[name];
    if (intrinsic) return intrinsic(argument, find);
    if (name.startsWith('Fn::')) throw new NotModelled('cloudformation', name);
  }
  return Object.fromEntries(
    entries.map(([key, item]) => [key, resolve(item, find)] as const).filter(([, item]) => item !== NO_VALUE),
  );
}

/** What `AWS::NoValue` stands for: the property is left out. */
export const NO_VALUE = Symbol('AWS::NoValue');

/** Conditions of a template, as far as synthesized templates use them. */
export function evaluate(condition: unknown, find: Lookup): boolean {
  const [name, argument] = Object.entries(condition as Record<string, unknown>)[0] ?? [];
  switch (name) {
    case 'Fn::Equals': {
      const [a, b] = list(argument).map((part) => resolve(part, find));
      return a === b;
    }
    case 'Fn::And':
      return list(argument).every((part) => evaluate(part, find));
    case 'Fn::Or':
      return list(argument).some((part) => evaluate(part, find));
    case 'Fn::Not':
      return !evaluate(list(argument)[0], find);
    case 'Condition':
      return find.condition(String(argument));
    default:
      throw new NotModelled('cloudformation', `the condition ${name}`);
  }
}
