import { hours, minutes } from '../../../core/time/instant.ts';
import { catalogOf } from '../../support/catalog-of.ts';
import { keptAsDecided } from '../checkers/kept-as-decided.ts';
import { AWAY, HOME } from '../installations.ts';
import { expire as expireOnce, protect, until } from './preparing.ts';
import { type Ended, type FlowScenario, functionsOf, type Preparing } from './scenario.ts';
import { announced, executionsSucceeded, holdsTheTruth, provenIn } from './verdicts.ts';

/**
 * A run in both regions at once that has everything to do: of four points the oldest has been discarded everywhere and
 * is to be told so, the second one's grace has ended, the third is to go into the bin, the newest is all that is kept.
 */
export const expire: FlowScenario = {
  flow: 'expire',
  functions: functionsOf('expire'),
  patience: hours(3),
  prepare: async (on) => {
    const { stage } = on;
    const began = stage.now;
    const first = await protect(on, 1);
    const second = await protect(on, 2);
    await reviewNow(on, first);
    await expireOnce(stage, HOME);
    await until(stage, began, hours(6));
    for (const region of [HOME, AWAY]) await expireOnce(stage, region);
    const third = await protect(on, 3);
    await reviewNow(on, second);
    await expireOnce(stage, HOME);
    const fourth = await protect(on, 4);
    await until(stage, began, hours(14));
    await reviewNow(on, third);
    return [first, second, third, fourth];
  },
  begin: (stage) => {
    for (const region of [HOME, AWAY]) stage.start(region, 'expire', {});
  },
  judge: async (ended) => {
    const [first, second, third, fourth] = ended.points as [string, string, string, string];
    return [
      ...executionsSucceeded(ended, 'expire'),
      ...announced(ended, third, ['RecoveryPointExpiring']),
      ...announced(ended, second, ['RecoveryPointDiscarded']),
      ...keptAsDecided(ended.stage),
      ...states(ended, {
        [first]: 'discarded',
        [second]: 'expiring',
        [third]: 'expiring',
        [fourth]: 'sealed',
      }),
      ...[HOME, AWAY].flatMap((region) => [
        ...copyStates(ended, region, { [first]: 'discarded', [second]: 'discarded', [third]: 'expiring' }),
        ...provenIn(ended, fourth, region),
      ]),
      ...(await holdsTheTruth(ended, fourth, AWAY)),
    ];
  },
};

/** Lets a weekly look come early, as a shortened plan would have it by and by. */
async function reviewNow({ stage }: Preparing, id: string): Promise<void> {
  await stage.until(stage.catalog(HOME).reviewAt(id, stage.now));
  // The index follows, and the due time has come.
  await stage.run(minutes(1));
}

const states = ({ stage }: Ended, wanted: Readonly<Record<string, string>>): readonly string[] =>
  catalogOf(stage, HOME)
    .points.filter(({ id, state }) => wanted[id] !== undefined && wanted[id] !== state)
    .map(({ id, state }) => `${id} is ${state} and was to be ${wanted[id]}`);

const copyStates = (
  { stage }: Ended,
  region: string,
  wanted: Readonly<Record<string, string>>,
): readonly string[] =>
  catalogOf(stage, region)
    .copies.filter(
      (copy) => copy.region === region && wanted[copy.id] !== undefined && wanted[copy.id] !== copy.state,
    )
    .map(({ id, state }) => `the copy of ${id} in ${region} is ${state} and was to be ${wanted[id]}`);
