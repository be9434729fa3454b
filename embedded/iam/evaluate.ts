import { NotModelled } from '../service.ts';

/** A policy statement as templates write it, with every intrinsic resolved. */
export interface Statement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Action?: string | readonly string[];
  readonly NotAction?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly NotResource?: string | readonly string[];
  readonly Principal?: string | Readonly<Record<string, string | readonly string[]>>;
  readonly NotPrincipal?: string | Readonly<Record<string, string | readonly string[]>>;
  readonly Condition?: Readonly<
    Record<string, Readonly<Record<string, string | boolean | readonly string[]>>>
  >;
}

export interface PolicyDocument {
  readonly Statement: readonly Statement[] | Statement;
}

/** One permission that a call needs. */
export interface Need {
  readonly action: string;
  readonly resource: string;
  /** Condition keys that this call carries, by lower-case name: `aws:principalarn`, `s3:prefix`, … */
  readonly context: Readonly<Record<string, string | undefined>>;
}

/** The statements that speak of an action at all. Which resources and conditions they name is looked at per call. */
export const speakingOf = (policies: readonly PolicyDocument[], action: string): readonly Statement[] =>
  policies.flatMap((policy) =>
    ([policy.Statement].flat() as Statement[]).filter((one) => namesAction(one, action.toLowerCase())),
  );

export type Effect = 'allow' | 'deny' | 'silent';

/**
 * What statements that speak of an action say about one need of it: an explicit deny wins over any allow; nothing said is neither. Principals are
 * looked at only in resource policies, which pass `principal`.
 */
export function evaluate(statements: readonly Statement[], need: Need, principal?: string): Effect {
  let effect: Effect = 'silent';
  for (const statement of statements) {
    if (!applies(statement, need, principal)) continue;
    if (statement.Effect === 'Deny') return 'deny';
    effect = 'allow';
  }
  return effect;
}

function namesAction(statement: Statement, action: string): boolean {
  const named = (patterns: string | readonly string[]) =>
    some(patterns, (pattern) => like(pattern.toLowerCase(), action));
  if (statement.Action !== undefined) return named(statement.Action);
  return statement.NotAction !== undefined && !named(statement.NotAction);
}

function applies(statement: Statement, need: Need, principal: string | undefined): boolean {
  if (principal !== undefined && !principalMatches(statement, principal)) return false;
  if (
    statement.Resource !== undefined &&
    !some(statement.Resource, (pattern) => like(pattern, need.resource))
  )
    return false;
  if (
    statement.NotResource !== undefined &&
    some(statement.NotResource, (pattern) => like(pattern, need.resource))
  )
    return false;
  return Object.entries(statement.Condition ?? {}).every(([operator, tests]) =>
    Object.entries(tests).every(([key, values]) => holds(operator, values, need.context[key.toLowerCase()])),
  );
}

function principalMatches(statement: Statement, principal: string): boolean {
  const listed = (of: NonNullable<Statement['Principal']>): boolean => {
    if (typeof of === 'string') return of === '*';
    return Object.values(of).some((values) =>
      some(values, (value) => value === '*' || value === principal || isRootOf(value, principal)),
    );
  };
  if (statement.Principal !== undefined) return listed(statement.Principal);
  if (statement.NotPrincipal !== undefined) return !listed(statement.NotPrincipal);
  return true;
}

/** `arn:aws:iam::<account>:root` in a resource policy means every principal of the account that its own policies allow. */
const isRootOf = (value: string, principal: string): boolean => {
  const account =
    /^arn:aws:iam::(\d+):root$/.exec(value)?.[1] ?? (/^\d{12}$/.test(value) ? value : undefined);
  return account !== undefined && principal.split(':')[4] === account;
};

type Test = (actual: string, wanted: string) => boolean;

const TESTS: Readonly<Record<string, { readonly test: Test; readonly negated: boolean }>> = {
  StringEquals: { test: (a, w) => a === w, negated: false },
  StringNotEquals: { test: (a, w) => a === w, negated: true },
  StringEqualsIgnoreCase: { test: (a, w) => a.toLowerCase() === w.toLowerCase(), negated: false },
  StringLike: { test: (a, w) => like(w, a), negated: false },
  StringNotLike: { test: (a, w) => like(w, a), negated: true },
  ArnEquals: { test: (a, w) => like(w, a), negated: false },
  ArnLike: { test: (a, w) => like(w, a), negated: false },
  ArnNotEquals: { test: (a, w) => like(w, a), negated: true },
  ArnNotLike: { test: (a, w) => like(w, a), negated: true },
  Bool: { test: (a, w) => a === w, negated: false },
  NumericLessThan: { test: (a, w) => Number(a) < Number(w), negated: false },
  NumericGreaterThan: { test: (a, w) => Number(a) > Number(w), negated: false },
};

function holds(
  operator: string,
  values: string | boolean | readonly string[],
  actual: string | undefined,
): boolean {
  const wanted = [values].flat().map(String);
  if (operator === 'Null') return wanted.includes(String(actual === undefined));
  const [, quantifier, name, ifExists] =
    /^(ForAnyValue:|ForAllValues:)?(\w+?)(IfExists)?$/.exec(operator) ?? [];
  const known = TESTS[name ?? ''];
  if (!known) throw new NotModelled('iam', `the condition operator ${operator}`);
  if (actual === undefined) return ifExists !== undefined || known.negated || quantifier === 'ForAllValues:';
  const matched = wanted.some((value) => known.test(actual, value));
  return known.negated ? !matched : matched;
}

const some = (values: string | readonly string[], test: (value: string) => boolean): boolean =>
  typeof values === 'string' ? test(values) : values.some(test);

const patterns = new Map<string, RegExp>();

/** `*` is any run of characters, `?` any one. */
export function like(pattern: string, text: string): boolean {
  if (pattern === '*' || pattern === text) return true;
  if (!/[*?]/.test(pattern)) return false;
  let compiled = patterns.get(pattern);
  if (!compiled) {
    const escaped = pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replace(/\*/g, '.*')
      .replace(/\?/g, '.');
    compiled = new RegExp(`^${escaped}$`, 's');
    patterns.set(pattern, compiled);
  }
  return compiled.test(text);
}
