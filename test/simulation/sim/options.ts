import { FAULT_KINDS, type FaultKind, isFaultKind } from '../../../embedded/faults/mix.ts';
import { wholeNumber } from '../command-line.ts';
import { isSceneryName, SCENERY_NAMES, type SceneryName } from './sceneries.ts';
import { NONE, type Trial, trialOf } from './trial.ts';

/** What the commands of the simulation take to say which run is meant. */
export const TRIAL_OPTIONS = {
  days: { type: 'string' },
  installation: { type: 'string' },
  mild: { type: 'boolean', default: false },
  only: { type: 'string' },
  without: { type: 'string' },
} as const;

interface TrialValues {
  readonly days?: string | undefined;
  readonly installation?: string | undefined;
  readonly mild: boolean;
  readonly only?: string | undefined;
  readonly without?: string | undefined;
}

const DAYS_MAX = 60;

/** Throws a RangeError that says what was received and what is taken. */
export function readTrial(seed: number, { days, mild, installation, only, without }: TrialValues): Trial {
  const drawn = trialOf(seed);
  const named = installation === undefined ? undefined : sceneryName(installation);
  const where = named ?? (days === undefined ? drawn.installation : undefined);
  return {
    seed,
    ...(where && { installation: where }),
    // A command that names the days names all that it wants: so does every command that is printed.
    ...(days === undefined
      ? { days: drawn.days, temper: mild ? 'mild' : drawn.temper }
      : { days: wholeNumber('days', days, 1, DAYS_MAX), temper: mild ? 'mild' : 'swarm' }),
    only: only === undefined ? undefined : faultKinds('only', only),
    without: without === undefined ? undefined : faultKinds('without', without),
  };
}

export const readSeed = (option: string, text: string): number =>
  wholeNumber(option, text, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);

function sceneryName(name: string): SceneryName {
  if (isSceneryName(name)) return name;
  throw new RangeError(
    `--installation takes ${SCENERY_NAMES.slice(0, -1).join(', ')} or ${SCENERY_NAMES.at(-1)}; received ${JSON.stringify(name)}`,
  );
}

function faultKinds(option: string, text: string): FaultKind[] {
  if (text === NONE) return [];
  return text.split(',').map((name) => {
    if (!isFaultKind(name))
      throw new RangeError(
        `--${option} takes ${NONE} or names of faults; received ${JSON.stringify(name)}; there are: ${FAULT_KINDS.join(', ')}`,
      );
    return name;
  });
}
