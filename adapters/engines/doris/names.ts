import { InvalidInput } from '../../../core/errors/registry.ts';

/** Doris's own rules for names, each a list of what is allowed (contract, section 3; FeNameFormat). */
const RULES = {
  database: /^[a-zA-Z][a-zA-Z0-9-_]{0,63}$/,
  partition: /^[a-zA-Z][a-zA-Z0-9-_]{0,63}$/,
  repository: /^[a-zA-Z][a-zA-Z0-9-_]{0,63}$/,
  // Doris's rule sets tables no length; this is where a name is taken for a mistake.
  table: /^[a-zA-Z][a-zA-Z0-9-_]{0,255}$/,
  label: /^[-_A-Za-z0-9:]{1,128}$/,
  timestamp: /^\d{4}(-\d{2}){5}$/,
  id: /^\d{1,19}$/,
  property: /^[a-z0-9_.]{1,64}$/,
} as const;

export type NameKind = keyof typeof RULES;

const SHOWN_MAX = 80;

/** @throws InvalidInput when it is not a name of that kind: nothing else gets into a statement */
export function named(kind: NameKind, name: string): string {
  if (RULES[kind].test(name)) return name;
  throw new InvalidInput(
    `${JSON.stringify(name.slice(0, SHOWN_MAX))} is no name of a ${kind} of Doris; it has to match ${RULES[kind].source}`,
  );
}

/**
 * The one place where an identifier becomes text of a statement. The rules let no backtick pass; doubling it is the second
 * lock on the same door.
 */
export const quoted = (name: string): string => `\`${name.replaceAll('`', '``')}\``;

export const identifier = (kind: NameKind, name: string): string => quoted(named(kind, name));

/** The same for a value. Doris reads a backslash and a doubled quote as escapes, and any other character as itself. */
export const value = (text: string): string => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
