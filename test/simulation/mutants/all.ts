import { CAPTURING } from './capturing.ts';
import { COPYING } from './copying.ts';
import { GUARDING } from './guarding.ts';
import { KEEPING } from './keeping.ts';
import { LOGGING } from './logging.ts';
import type { Mutant } from './mutant.ts';
import { PERMITTING } from './permitting.ts';
import { RESTORING } from './restoring.ts';
import { TELLING } from './telling.ts';

export const ALL_MUTANTS: readonly Mutant[] = [
  ...CAPTURING,
  ...COPYING,
  ...KEEPING,
  ...LOGGING,
  ...RESTORING,
  ...TELLING,
  ...PERMITTING,
  ...GUARDING,
];
