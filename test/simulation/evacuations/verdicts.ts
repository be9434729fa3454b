import { recordsIn } from '../../../cli/operator/records-in.ts';
import type { Stage } from '../../../cli/stage.ts';
import type { HoldfastEvent } from '../../../core/catalog/events.ts';
import type { CopyRecord } from '../../../core/catalog/recovery-point.ts';
import { FIRST_EPOCH } from '../../../core/groups/group.ts';
import type { MoveMember } from '../../../core/groups/move.ts';
import { type Instant, iso } from '../../../core/time/instant.ts';
import { catalogOf } from '../../support/catalog-of.ts';
import { catalogsAgree } from '../checkers/catalogs-agree.ts';
import { regionsOf } from '../checkers/checker.ts';
import { floorAndHolds } from '../checkers/floor-and-holds.ts';
import { nothingStuck } from '../checkers/nothing-stuck.ts';
import { permissionsSuffice } from '../checkers/permissions-suffice.ts';
import { vaultHoldsWhatIsNamed } from '../checkers/vault-holds-what-is-named.ts';
import { truthInVault } from '../crashes/truth-in-vault.ts';
import { AWAY, HOME } from '../installations.ts';
import { BUCKETS, FILES, GROUP, PARAMETERS, ROWS } from './blueprint.ts';
import type { Lights } from './lights.ts';
import type { Done } from './person.ts';
import type { Story } from './story.ts';

/** A story at its end, as those who judge it see it. */
export interface Ended {
  readonly stage: Stage;
  readonly story: Story;
  /** Where the group has to be. */
  readonly active: string;
  readonly done: Done;
  readonly heard: readonly HoldfastEvent[];
  readonly lights: Lights;
  /** What each region claimed before anything happened. */
  readonly proven: readonly CopyRecord[];
  /** What was served in the recovery region before anything happened, if it was there. */
  readonly away: Held | undefined;
  readonly began: Instant;
}

/** Every copy that its region claims at this moment. */
export const provenNow = (stage: Stage): readonly CopyRecord[] =>
  regionsOf(stage).flatMap((region) =>
    catalogOf(stage, region).copies.filter((copy) => copy.region === region && copy.state === 'proven'),
  );

export async function judge(ended: Ended): Promise<readonly string[]> {
  const { stage, done } = ended;
  const arrived = done.arrived
    ? []
    : [
        `it never arrived: ${done.endings.map(({ name, message }) => `${name}: ${message}`).join(' | ') || 'it runs still'}`,
      ];
  return [
    ...arrived,
    ...(await oneSide(ended)),
    ...(done.arrived ? await membersServe(ended) : []),
    ...provenIsThere(ended),
    ...onceOnly(stage),
    ...goesOn(ended),
    ...leftAlone(ended),
    ...nothingStuck(stage),
    ...catalogsAgree(stage),
    ...permissionsSuffice(stage),
    ...regionsOf(stage).flatMap((region) => [
      ...floorAndHolds(stage, region),
      ...vaultHoldsWhatIsNamed(stage, region),
    ]),
  ];
}

/** Both regions name the same side, and it is the right one. */
async function oneSide({ stage, active }: Ended): Promise<readonly string[]> {
  const violations: string[] = [];
  const numbers = new Set<number>();
  for (const region of regionsOf(stage)) {
    const epoch = await stage.until(recordsIn(region).groups.epoch(GROUP));
    numbers.add(epoch?.number ?? 1);
    if ((epoch?.active ?? HOME) !== active)
      violations.push(`${region} takes ${epoch?.active ?? HOME} for the true side, and it is ${active}`);
  }
  return numbers.size === 1
    ? violations
    : [...violations, `the regions know epochs ${[...numbers].join(' and ')}`];
}

/** Every member is switched, and what it serves is exactly what was promised. */
async function membersServe(ended: Ended): Promise<readonly string[]> {
  const { stage, story, active, began, done } = ended;
  const { groups } = recordsIn(AWAY);
  const moves = await stage.until(groups.moves(GROUP));
  const move = moves.find(({ kind }) => kind === done.by);
  if (!move) return asItWasAway(ended);
  const members = await stage.until(groups.members(GROUP, move.id));
  const of = (name: string): MoveMember => members.find(({ cluster }) => cluster === name)!;
  const standing = [
    ...(move.state === 'moved' ? [] : [`${move.id} is ${move.state}`]),
    ...members.flatMap(({ cluster, state }) => (state === 'switched' ? [] : [`${cluster} is ${state}`])),
    ...Object.values(PARAMETERS).flatMap((name) =>
      stage.cloud.ssm.valueOf(active, name) === 'nobody yet' ? [`${name} was not switched`] : [],
    ),
  ];
  if (active === HOME) return [...standing, ...sameAsAway(stage)];
  if (story.machine === 'failback') return [...standing, ...asItWasAway(ended)];
  // A failover gives up what was shown and allowed; a planned move nothing that was written before it began.
  const instantOf = (name: string): Instant => (move.kind === 'failover' ? of(name).instant : began);
  return [...standing, ...equalsTruth(stage, instantOf)];
}

/** What came over is what the applications had at these instants. */
function equalsTruth(stage: Stage, instantOf: (name: string) => Instant): readonly string[] {
  const files = stage.files.get(FILES)!.compareWith(BUCKETS[AWAY], '', instantOf(FILES));
  const rows = stage.orders.get(ROWS)!.compareWith(stage.rowsOf(AWAY, ROWS), instantOf(ROWS));
  return [files, rows].flatMap(({ differing, compared, differences }) =>
    differing === 0 && compared > 1
      ? []
      : [`${differing} of ${compared} differ from the truth: ${differences.join('; ')}`],
  );
}

/** Nobody wrote after the last difference was taken: home has everything that the other side had, and nothing else. */
function sameAsAway(stage: Stage): readonly string[] {
  const [home, away] = [heldIn(stage, HOME), heldIn(stage, AWAY)];
  return [
    ...(home.files === away?.files ? [] : ['the files at home are not those of the other side']),
    ...(home.rows === away.rows ? [] : ['the rows at home are not those of the other side']),
  ];
}

/** Nobody wrote since, so whatever happened to home, the other side has what it had. */
function asItWasAway({ stage, away }: Ended): readonly string[] {
  const { files, rows } = heldAway(stage);
  return [
    ...(files === away?.files ? [] : ['the files of the other side are not what they were']),
    ...(rows === away?.rows ? [] : ['the rows of the other side are not what they were']),
  ];
}

/** What serves in a region, in a form that can be compared. */
export interface Held {
  readonly files: string;
  readonly rows: string;
}

const heldIn = (stage: Stage, region: typeof HOME | typeof AWAY): Held => ({
  files: JSON.stringify(
    [...stage.cloud.s3.current(BUCKETS[region])]
      .map(([key, { body }]) => [key, body.toString('base64')])
      .sort(),
  ),
  rows: JSON.stringify([...stage.rowsOf(region, ROWS)].sort()),
});

export const heldAway = (stage: Stage): Held => heldIn(stage, AWAY);
/** Whatever was proven before is proven still, and there. */
function provenIsThere({ stage, proven }: Ended): readonly string[] {
  const now = provenNow(stage);
  const lost = proven.filter(
    ({ id, region }) => !now.some((copy) => copy.id === id && copy.region === region),
  );
  // What the applications had at home is known up to the first change of sides.
  const atHome = new Set(
    catalogOf(stage, HOME)
      .points.filter(({ region, epoch = FIRST_EPOCH }) => region === HOME && epoch === FIRST_EPOCH)
      .map(({ id }) => id),
  );
  return [
    ...lost.flatMap(({ id, region, cluster }) =>
      wasKept(stage, id) ? [`${id} of ${cluster} was proven in ${region}`] : [],
    ),
    ...now
      .filter(({ cluster, id }) => cluster === FILES && atHome.has(id))
      .flatMap(({ id, region }) => truthInVault(stage, region, FILES, id)),
  ];
}

/** A point that its plan lets go of is not lost. */
const wasKept = (stage: Stage, id: string): boolean =>
  catalogOf(stage, HOME).points.some((point) => point.id === id && point.state === 'sealed');

/** Of one scheduled instant, two sides never seal a point under the same epoch. */
function onceOnly(stage: Stage): readonly string[] {
  const sealed = catalogOf(stage, HOME).points.filter(({ state }) => state === 'sealed');
  const byInstant = Map.groupBy(
    sealed,
    ({ cluster, scheduledAt, epoch = 1 }) => `${cluster} ${scheduledAt} ${epoch}`,
  );
  return [...byInstant.values()].flatMap((points) =>
    new Set(points.map(({ region }) => region)).size > 1
      ? [`two sides sealed ${points.map(({ id, region }) => `${id} in ${region}`).join(' and ')}`]
      : [],
  );
}

/** The active side protects itself again, and only it does. */
function goesOn({ stage, active, done }: Ended): readonly string[] {
  if (!done.arrived) return [];
  return [FILES, ROWS].flatMap((cluster) => {
    const points = catalogOf(stage, active).points.filter(
      (point) => point.cluster === cluster && point.state === 'sealed',
    );
    const newest = points.toSorted((a, b) => b.openedAt - a.openedAt)[0]!;
    return newest.region === active && stage.now - newest.openedAt < 5 * 3_600_000
      ? []
      : [
          `the newest point of ${cluster} is ${newest.id} of ${newest.region}, opened at ${iso(newest.openedAt)}`,
        ];
  });
}

/** With the primary dark, nothing that a failover does calls it. */
const leftAlone = ({ story, lights }: Ended): readonly string[] =>
  story.machine === 'failover'
    ? [...new Set(lights.intoTheDark)]
        .filter((call) => call.endsWith(HOME))
        .map((call) => `in the dark, ${call} was called`)
    : [];
