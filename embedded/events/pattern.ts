import { AwsError, NotModelled } from '../service.ts';

type Match = (value: unknown) => boolean;
type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Compiles an event pattern (eb-create-pattern-operators.html): exact values, prefix, suffix, equals-ignore-case,
 * wildcard, anything-but, numeric, exists, `$or`. Throws InvalidEventPatternException when it is none.
 */
export function compilePattern(pattern: Fields): (event: object) => boolean {
  const tests = Object.entries(pattern).map(([key, wanted]) => compileKey(key, wanted));
  if (tests.length === 0) throw invalid('a pattern has at least one key');
  return (event) => tests.every((holds) => holds(event as Fields));
}

function compileKey(key: string, wanted: unknown): (fields: Fields) => boolean {
  if (key === '$or') {
    if (!Array.isArray(wanted)) throw invalid('$or needs a list of patterns');
    const alternatives = wanted.map((one: Fields) => compilePattern(one));
    return (fields) => alternatives.some((holds) => holds(fields));
  }
  if (Array.isArray(wanted)) {
    const matchers = wanted.map((one) => matcher(key, one));
    return (fields) => {
      const value = fields[key];
      // An array in the event matches when one of its elements does.
      const values = Array.isArray(value) ? value : [value];
      return matchers.some((matches) => values.some(matches));
    };
  }
  if (!isFields(wanted)) throw invalid(`"${key}" must be an object or an array`);
  const inner = compilePattern(wanted);
  return (fields) => {
    const value = fields[key];
    if (Array.isArray(value)) return value.some((one) => isFields(one) && inner(one));
    // A pattern may ask that something below is absent, and it is when this is.
    return inner(isFields(value) ? value : {});
  };
}

const OPERATORS: Readonly<Record<string, (operand: unknown) => Match>> = {
  prefix: (wanted) => onText(wanted, (value, start) => value.startsWith(start)),
  suffix: (wanted) => onText(wanted, (value, end) => value.endsWith(end)),
  'equals-ignore-case': (wanted) =>
    onText(wanted, (value, other) => value.toLowerCase() === other.toLowerCase()),
  wildcard: (wanted) => {
    if (typeof wanted !== 'string') throw invalid('wildcard needs a string');
    const source = wanted.replace(/\\[*\\]|\*|[.+?^${}()|[\]\\]/g, (t) =>
      t === '*' ? '[^]*' : `\\${t.at(-1)}`,
    );
    const shape = new RegExp(`^${source}$`);
    return (value) => typeof value === 'string' && shape.test(value);
  },
  exists: (wanted) => (value) => (value !== undefined) === wanted,
  'anything-but': (wanted) => {
    const excluded = (Array.isArray(wanted) ? wanted : [wanted]).map((one) => matcher('anything-but', one));
    return (value) => value !== undefined && !excluded.some((matches) => matches(value));
  },
  numeric: (wanted) => {
    if (!Array.isArray(wanted) || wanted.length % 2 !== 0)
      throw invalid('numeric needs pairs of operator and number');
    const tests = Array.from({ length: wanted.length / 2 }, (_, i) =>
      comparison(wanted[2 * i], wanted[2 * i + 1]),
    );
    return (value) => typeof value === 'number' && tests.every((holds) => holds(value));
  },
};

function matcher(key: string, wanted: unknown): Match {
  if (!isFields(wanted)) {
    if (Array.isArray(wanted)) throw invalid(`"${key}" holds an array in an array`);
    return (value) => value === wanted;
  }
  const [[operator, operand] = ['', undefined], ...more] = Object.entries(wanted);
  if (more.length > 0) throw invalid(`"${key}" holds a matcher with several operators`);
  const make = OPERATORS[operator];
  if (!make) throw new NotModelled('events', `the pattern operator "${operator}"`);
  return make(operand);
}

function onText(wanted: unknown, holds: (value: string, wanted: string) => boolean): Match {
  if (isFields(wanted)) throw new NotModelled('events', 'an operator inside prefix or suffix');
  if (typeof wanted !== 'string') throw invalid(`a string is needed; received ${JSON.stringify(wanted)}`);
  return (value) => typeof value === 'string' && holds(value, wanted);
}

function comparison(operator: unknown, bound: unknown): (value: number) => boolean {
  if (typeof bound !== 'number')
    throw invalid(`numeric compares with numbers; received ${JSON.stringify(bound)}`);
  switch (operator) {
    case '=':
      return (value) => value === bound;
    case '<':
      return (value) => value < bound;
    case '<=':
      return (value) => value <= bound;
    case '>':
      return (value) => value > bound;
    case '>=':
      return (value) => value >= bound;
    default:
      throw invalid(`unrecognized numeric operator ${JSON.stringify(operator)}`);
  }
}

const invalid = (why: string): AwsError =>
  new AwsError('InvalidEventPatternException', `Event pattern is not valid. Reason: ${why}`);
