import type { HoldfastInput } from '../../../../core/plan/input.ts';
import type { Installation } from '../../../../core/plan/installation.ts';
import { listProblems } from '../../../../core/plan/problem.ts';
import { validate } from '../../../../core/plan/validate.ts';
import config from '../../../../holdfast.config.ts';

/** The example configuration of the repository, or another one, as an installation. */
export function installed(input: HoldfastInput = config): Installation {
  const installation = validate(input);
  if (Array.isArray(installation)) throw new Error(listProblems(installation));
  return installation;
}
