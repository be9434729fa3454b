import { NotModelled } from '../service.ts';

type Values = string | number | boolean | readonly (string | number)[];

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
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, Values>>>>;
}

export interface PolicyDocument {
  readonly Statement: readonly Statement[] | Statement;
}

/** One permission that a call needs. */
export interface Need {
  readonly action: string;
  readonly resource: string;
  /** Condition keys that this call carries, by lower-case name: `aws:principalarn`, `s3:prefix`, … */
  readonly context: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** The error that the service answers when this is what is missing. @default the service's own denial */
  readonly refusedAs?: string;
}

/**
 * Every condition key that some need carries, or that none of the modelled ones does: `lambda:sourcefunctionarn` comes with
 * calls of a function's own code, and what it is held against here is made by Lambda itself. A policy that asks for another
 * key must not be taken to mean nothing.
 */
const KEYS = new Set([
  'aws:principalaccount',
  'aws:principalarn',
  'aws:requestedregion',
  'aws:securetransport',
  'aws:sourceaccount',
  'aws:sourcearn',
  'ec2:createaction',
  'ecs:cluster',
  'ecs:createaction',
  'events:detail-type',
  'events:source',
  'iam:passedtoservice',
  'kms:encryptioncontext:aws:s3:arn',
  'kms:grantisforawsresource',
  'kms:resourcealiases',
  'kms:viaservice',
  'lambda:sourcefunctionarn',
  's3:if-none-match',
  's3:prefix',
  's3:tlsversion',
  'sts:externalid',
]);

/** Tags are named by whoever gives them. */
const TAG_KEYS = /^aws:(request|resource)tag\//;

/** The statements that speak of an action at all. Which resources and conditions they name is looked at per call. */
export const speakingOf = (policies: readonly PolicyDocument[], action: string): readonly Statement[] =>
  policies.flatMap((policy) =>
    ([policy.Statement].flat() as Statement[]).filter((one) => namesAction(one, action.toLowerCase())),
  );

/** `delegate`: a resource policy leaves it to the identity policies of the account that it names. */
export type Effect = 'allow' | 'delegate' | 'deny' | 'silent';

/**
 * What statements that speak of an action say about one need of it: an explicit deny wins over any allow; nothing said
 * is neither. Principals are looked at only in resource policies, which pass `principal`: the ARN of a role, or the
 * name of a service.
 */
export function evaluate(
  statements: readonly Statement[],
  need: Need,
  principal?: string,
  allowed?: (statement: Statement) => void,
): Effect {
  let effect: Effect = 'silent';
  for (const statement of statements) {
    const who = principal === undefined ? 'itself' : principalOf(statement, principal);
    if (who === 'other' || !applies(statement, need)) continue;
    if (statement.Effect === 'Deny') return 'deny';
    allowed?.(statement);
    if (who === 'itself') effect = 'allow';
    else if (effect === 'silent') effect = 'delegate';
  }
  return effect;
}

/** The pattern among a statement's resources that covers one. */
export const resourcePattern = ({ Resource = [] }: Statement, resource: string): string | undefined =>
  [Resource].flat().find((pattern) => like(pattern, resource));

function namesAction(statement: Statement, action: string): boolean {
  const named = (patterns: string | readonly string[]) =>
    some(patterns, (pattern) => like(pattern.toLowerCase(), action));
  if (statement.Action !== undefined) return named(statement.Action);
  return statement.NotAction !== undefined && !named(statement.NotAction);
}

function applies(statement: Statement, need: Need): boolean {
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
    Object.entries(tests).every(([key, values]) => holds(operator, key.toLowerCase(), values, need.context)),
  );
}

/** Whether a resource policy's statement means a principal: itself, through its account, or not. */
function principalOf(statement: Statement, principal: string): 'itself' | 'account' | 'other' {
  const { Principal, NotPrincipal } = statement;
  if (Principal !== undefined) return listed(Principal, principal);
  if (NotPrincipal !== undefined) return listed(NotPrincipal, principal) === 'other' ? 'itself' : 'other';
  return 'itself';
}

function listed(of: NonNullable<Statement['Principal']>, principal: string): 'itself' | 'account' | 'other' {
  const names = typeof of === 'string' ? [of] : Object.values(of).flat();
  if (names.some((name) => name === '*' || name === principal)) return 'itself';
  return names.some((name) => isRootOf(name, principal)) ? 'account' : 'other';
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

function holds(operator: string, key: string, values: Values, context: Need['context']): boolean {
  if (!KEYS.has(key) && !TAG_KEYS.test(key)) throw new NotModelled('iam', `the condition key ${key}`);
  const actual = context[key];
  const wanted = [values].flat().map(String);
  if (operator === 'Null') return wanted.includes(String(actual === undefined));
  const [, quantifier, name, ifExists] =
    /^(ForAnyValue:|ForAllValues:)?(\w+?)(IfExists)?$/.exec(operator) ?? [];
  const known = TESTS[name ?? ''];
  if (!known) throw new NotModelled('iam', `the condition operator ${operator}`);
  if (actual === undefined) return ifExists !== undefined || known.negated || quantifier === 'ForAllValues:';
  const matches = (one: string) => wanted.some((value) => known.test(one, value)) !== known.negated;
  if (typeof actual === 'string') return matches(actual);
  if (quantifier === undefined) throw new NotModelled('iam', `${operator} on ${key}, which has many values`);
  return quantifier === 'ForAllValues:' ? actual.every(matches) : actual.some(matches);
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
