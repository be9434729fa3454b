/** One mistake in a configuration: where it is, what stands there and what to change. */
export interface Problem {
  /** As one would type it: `plans.gold.rules[0].cron`. */
  readonly path: string;
  /** What stands there, as JSON; `nothing` when it is missing. */
  readonly received: string;
  /** What is wrong with it and what to write instead, in lower case. */
  readonly change: string;
}

type Step = PropertyKey;

export const pathOf = (steps: readonly Step[]): string =>
  steps.reduce<string>(
    (path, step) =>
      typeof step === 'number' ? `${path}[${step}]` : path === '' ? String(step) : `${path}.${String(step)}`,
    '',
  );

/** What `input` holds at a path; undefined when the path leaves the input. */
export const at = (input: unknown, steps: readonly Step[]): unknown =>
  steps.reduce<unknown>(
    (value, step) =>
      typeof value === 'object' && value !== null ? (value as Record<Step, unknown>)[step] : undefined,
    input,
  );

const RECEIVED_CHARACTERS_MAX = 80;

/** A value as a person recognises it, on one line and not longer than needed. */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = typeof value === 'function' ? 'a function' : (JSON.stringify(value) ?? String(value));
  return text.length <= RECEIVED_CHARACTERS_MAX ? text : `${text.slice(0, RECEIVED_CHARACTERS_MAX - 1)}…`;
}

export const problem = (input: unknown, steps: readonly Step[], change: string): Problem => ({
  path: pathOf(steps),
  received: shown(at(input, steps)),
  change,
});

/** Every problem on a line of its own, under one heading. */
export function listProblems(problems: readonly Problem[]): string {
  const count = problems.length === 1 ? 'one mistake' : `${problems.length} mistakes`;
  const lines = problems.map(
    (p) => `  ${p.path || 'the configuration'}: received ${p.received}; ${p.change}`,
  );
  return [`holdfast.config.ts has ${count}:`, ...lines].join('\n');
}
