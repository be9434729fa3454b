import { type HoldfastError, InvalidConfiguration } from '../../core/errors/registry.ts';
import { checkObjectives, refusalOf } from '../../core/objectives/check.ts';
import type { Installation } from '../../core/plan/installation.ts';
import { listProblems } from '../../core/plan/problem.ts';
import { validate } from '../../core/plan/validate.ts';
import type { Instant } from '../../core/time/instant.ts';

export type Loaded =
  | { readonly installation: Installation; readonly arithmetic: readonly string[] }
  | { readonly refused: HoldfastError };

/**
 * From what a person wrote to what may be deployed: validated, and with objectives that its plans can meet in the year
 * after `now`. The refusal carries everything that has to change.
 */
export function load(input: unknown, now: Instant): Loaded {
  const installation = validate(input);
  if (Array.isArray(installation)) return { refused: new InvalidConfiguration(listProblems(installation)) };
  const checked = checkObjectives(installation, now);
  const refused = refusalOf(checked);
  return refused ? { refused } : { installation, arithmetic: checked.flatMap(({ lines }) => lines) };
}
