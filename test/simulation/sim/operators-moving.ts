import { hours, minutes } from '../../../core/time/instant.ts';
import type { RandomStream } from '../../../embedded/random/streams.ts';
import { provenIn } from '../checkers/restores-equal-truth.ts';
import { type Arrival, Mover } from './mover.ts';
import type { Act, Desk } from './operators-desk.ts';
import type { Sides } from './sides.ts';

/** Which state of each member is wanted, in most failovers the newest. */
const WISHES = ['latest', 'latest', 'latest', 'together'] as const;

/** Somebody declares the region lost, because it is dark or as an exercise, and has the group brought back elsewhere. */
export const failsOver: Act = async (desk, chance) => {
  const { sides } = desk;
  if (!sides) return undefined;
  const whenDark = chance.chance(0.5);
  const stops = chance.chance(0.5);
  const to = chance.pick(WISHES);
  const planned = chance.chance(0.3);
  const ready = () => (isReady(desk, sides, sides.home) && (!whenDark || !desk.isHomeLit) ? [true] : []);
  // Who waits for darkness in vain makes an exercise of it.
  const occasion =
    (await desk.choice(chance, ready, hours(10))) ?? (isReady(desk, sides, sides.home) ? true : undefined);
  if (!occasion || sides.moving) return undefined;
  sides.moving = true;
  try {
    if (stops) sides.pointed = undefined;
    const mover = new Mover(desk, sides, chance);
    if (planned && desk.isHomeLit) return `as an exercise: ${await switchesOver(sides, mover)}`;
    const arrival = await mover.moves({
      machine: 'failover',
      // Where there are no instants that lie together, somebody takes the newest of each.
      input: (nth) => ({ group: sides.group.name, to: nth === 0 ? to : 'latest', by: 'ben' }),
      mend: () => makesRoom(mover, sides),
    });
    sides.pointed = arrival === 'arrived' ? sides.away : sides.home;
    if (arrival === 'arrived') hearsLate(desk, sides, chance);
    return `to ${to}, home ${desk.isHomeLit ? 'lit' : 'dark'}, writers ${stops ? 'stopped' : 'not stopped'}: ${arrival}`;
  } finally {
    sides.moving = false;
  }
};

/** Both regions are there, so nothing has to be given up. */
async function switchesOver(sides: Sides, mover: Mover): Promise<Arrival> {
  const arrival = await mover.moves({
    machine: 'switchover',
    input: () => ({ group: sides.group.name, by: 'ben' }),
    beforeYes: () => {
      sides.pointed = undefined;
    },
    mend: async () => {
      if ((await mover.active()) === sides.home) sides.pointed = sides.home;
      await makesRoom(mover, sides);
    },
  });
  if (arrival === 'arrived') sides.expectNothingLost(sides.away);
  sides.pointed = arrival === 'arrived' ? sides.away : sides.home;
  return arrival;
}

/** Home is back: somebody brings the group home, and stops whoever writes before they say that nobody does. */
export const failsBack: Act = async (desk, chance) => {
  const { sides } = desk;
  if (!sides) return undefined;
  const ready = () => (isReady(desk, sides, sides.away) && desk.isHomeLit ? [true] : []);
  if (!(await desk.choice(chance, ready, hours(20)))) return undefined;
  // Home has to catch up, and the other side works on for a while.
  await desk.stage.cloud.world.sleep(minutes(chance.between(30, 240)));
  if (sides.moving || sides.pointed !== sides.away) return undefined;
  sides.moving = true;
  sides.late = false;
  try {
    const mover = new Mover(desk, sides, chance);
    const stops = () => {
      sides.pointed = undefined;
    };
    const arrival = await mover.moves({
      machine: 'failback',
      input: () => ({ group: sides.group.name, by: 'ben' }),
      beforeYes: stops,
      mend: async () => {
        // While this side is the true one still, its applications may go on meanwhile.
        if ((await mover.active()) === sides.away) sides.pointed = sides.away;
      },
    });
    if (arrival === 'arrived') sides.expectNothingLost(sides.home);
    sides.pointed = arrival === 'arrived' ? sides.home : sides.away;
    if (arrival === 'arrived') tidies(desk, sides, chance);
    return arrival;
  } finally {
    sides.moving = false;
  }
};

/** Somebody drills a cluster by hand, in whichever region, in whichever way. */
export const drills: Act = async (desk, chance) => {
  const { stage } = desk;
  const occasions = () =>
    desk.lit.flatMap((region) =>
      stage.installation.clusters
        .filter(({ name }) => provenIn(stage, region, name).length > 0)
        .map(({ name }) => ({ region, cluster: name })),
    );
  const found = await desk.choice(chance, occasions, hours(12));
  if (!found) return undefined;
  const { region, cluster } = found;
  const mode = region === desk.home ? 'ordinary' : chance.pick(['ordinary', 'region-lost'] as const);
  const input = { cluster, mode, pick: chance.pick(['latest', 'random'] as const), by: 'ada' };
  stage.start(region, 'drill', input);
  return `${JSON.stringify(input)} in ${region}`;
};

const isReady = (desk: Desk, sides: Sides, from: string): boolean =>
  !sides.moving &&
  sides.pointed === from &&
  desk.lit.includes(sides.away) &&
  sides.group.layers.flat().every((name) => provenIn(desk.stage, sides.away, name).length > 0);

/** What lies where a member goes, and does not serve, is removed: an earlier failover or a restore that failed left it. */
async function makesRoom(mover: Mover, sides: Sides): Promise<void> {
  const inTheWay = (await mover.members())
    .filter(
      ({ state, reason }) => state === 'failed' && /TargetNotEmpty|RestoreFailed/.test(`${reason?.message}`),
    )
    .map(({ cluster }) => cluster);
  if (inTheWay.length > 0) sides.clear(sides.away, inTheWay);
}

/** Whoever was not told writes on at home, once it is there, for a while. */
function hearsLate(desk: Desk, sides: Sides, chance: RandomStream): void {
  if (!chance.chance(0.5)) return;
  sides.late = true;
  desk.stage.cloud.world.after(minutes(chance.between(30, 300)), () => {
    sides.late = false;
  });
}

/** Most people make room for the next failover some hours after the way home. */
function tidies(desk: Desk, sides: Sides, chance: RandomStream): void {
  if (!chance.chance(0.8)) return;
  desk.stage.cloud.world.after(minutes(chance.between(30, 300)), () => {
    if (!sides.moving && sides.pointed === sides.home && !desk.stage.cloud.isDark(sides.away))
      sides.clear(sides.away);
  });
}
