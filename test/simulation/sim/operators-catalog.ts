import { hold } from '../../../cli/commands/hold.ts';
import { lift } from '../../../cli/commands/lift.ts';
import { undelete } from '../../../cli/commands/undelete.ts';
import { catalogIn } from '../../../cli/operator/account.ts';
import type { OperatorCommand } from '../../../cli/operator/command.ts';
import type { PointState, RecoveryPoint } from '../../../core/catalog/recovery-point.ts';
import { hours, later, minutes, seconds } from '../../../core/time/instant.ts';
import { catalogOf } from '../../support/catalog-of.ts';
import { shell, type Typed, typed } from '../../unit/cli/typed.ts';
import type { Act, Desk } from './operators-desk.ts';

/** Types a command as an operator does, with the configuration that was deployed last. */
const type = ({ input, stage }: Desk, command: OperatorCommand, ...args: string[]): Promise<Typed> =>
  typed(command, args, shell(input, catalogIn, stage.now));

const points = ({ stage, home }: Desk, state: PointState): readonly RecoveryPoint[] =>
  catalogOf(stage, home).points.filter((point) => point.state === state);

/** In the bin, and for long enough that something can be done about it. */
const binned = (desk: Desk): readonly RecoveryPoint[] =>
  points(desk, 'expiring').filter(({ discardAfter }) => discardAfter! > later(desk.stage.now, hours(1)));

/** Somebody holds a point, now and then one that is in the bin already, and lifts the hold a day or two later. */
export const holds: Act = async (desk, chance) => {
  const inBin = chance.chance(0.5);
  const wanted = () => (inBin && binned(desk).length > 0 ? binned(desk) : points(desk, 'sealed'));
  const point = await desk.choice(chance, wanted, hours(12));
  const [region] = desk.lit;
  if (!point || !region) return undefined;
  const name = `case-${desk.number}`;
  const { code } = await type(
    desk,
    hold,
    point.id,
    '--name',
    name,
    '--why',
    'somebody asked',
    '--region',
    region,
  );
  if (code !== 0) return undefined;
  const { world } = desk.stage.cloud;
  world.after(hours(chance.between(12, 48)), async () => {
    const [from] = desk.lit;
    const { complained, ...lifted } = await type(
      desk,
      lift,
      point.cluster,
      '--name',
      name,
      '--region',
      from!,
    );
    if (lifted.code === 0)
      desk.lifted.push({ cluster: point.cluster, recoveryPoint: point.id, name, at: world.now() });
    world.log(`operator: lifts ${name}: ${complained || 'done'}`);
  });
  return `${point.id} by ${name}`;
};

/** Somebody wants back what has gone into the bin, before its grace ends. */
export const undeletes: Act = async (desk, chance) => {
  const reachable = () => (desk.lit.length === 2 ? binned(desk) : []);
  const point = await desk.choice(chance, reachable, hours(16));
  if (!point) return undefined;
  const { code, complained } = await type(desk, undelete, point.id);
  return `${point.id}: ${code === 0 ? 'sealed again' : complained}`;
};

/**
 * Somebody does not wait for the schedule, once or twice, at once or seconds apart, so that one has to wait for the
 * other; sometimes while the schedule's own backup runs.
 */
export const backsUp: Act = async (desk, chance) => {
  const { stage, home } = desk;
  const names = () => (desk.isHomeLit ? stage.installation.clusters.map(({ name }) => name) : []);
  const busy = () => names().filter((name) => running(desk).some(({ input }) => input.includes(`"${name}"`)));
  const cluster = await desk.choice(chance, chance.chance(0.5) ? busy : names, hours(8), seconds(10));
  if (cluster === undefined) return undefined;
  const input = { cluster, note: 'before the release', ...(chance.chance(0.5) && { keepDays: 1 }) };
  const name = `by-hand-${desk.number}`;
  const times = chance.pick([[name], [name, name], [undefined, undefined]]);
  // Under one name it is one execution, and a second after its end would be refused to whoever asks.
  const apart = times.some((each) => each === name) ? 0 : chance.between(0, SECONDS_APART);
  for (const [n, each] of times.entries()) {
    if (n > 0) await stage.cloud.world.sleep(seconds(apart));
    if (desk.isHomeLit) stage.start(home, 'backup', input, each);
  }
  return `${JSON.stringify(input)} as ${times.map((each) => each ?? 'whatever').join(` and ${apart} s later `)}`;
};

/** A capture of some files takes this long. */
const SECONDS_APART = 10;

const running = ({ stage, home }: Desk) =>
  stage.cloud.states
    .list(`arn:aws:states:${home}:${stage.cloud.account}:stateMachine:holdfast-backup`)
    .filter(({ status }) => status === 'RUNNING');

/** Somebody presses Stop on an execution that they do not know. */
export const stopsExecution: Act = async (desk, chance) => {
  const { cloud } = desk.stage;
  const stoppable = () =>
    cloud.states.machines
      .filter(({ region }) => desk.lit.includes(region))
      .flatMap(({ arn }) => cloud.states.list(arn))
      .filter(({ status }) => status === 'RUNNING');
  const execution = await desk.choice(chance, stoppable, hours(8));
  if (!execution) return undefined;
  // The machine that runs has been running for a while.
  await cloud.world.sleep(minutes(chance.between(0, 10)));
  if (execution.status !== 'RUNNING' || cloud.isDark(execution.machine.region)) return undefined;
  cloud.states.stop(execution);
  return `${execution.machine.name} in ${execution.machine.region}: ${execution.input}`;
};
