import type { Stage } from '../../../cli/stage.ts';
import type { EventName } from '../../../core/catalog/events.ts';
import type { Move } from '../../../core/groups/move.ts';
import { hours, iso, later } from '../../../core/time/instant.ts';
import { epochIn } from './active-side.ts';
import type { Announced } from './announced.ts';
import { type Run, regionsOf } from './checker.ts';
import { membersIn, movesIn } from './moves-in.ts';

/** The longest honest move of the installations, questions and restores included. */
const LONG = hours(12);

const ENDS: Readonly<Record<Move['kind'], readonly EventName[]>> = {
  failover: ['FailoverFinished', 'FailoverIncomplete', 'FailoverRefused'],
  failback: ['FailbackFinished', 'FailbackIncomplete', 'FailbackRefused'],
  switchover: ['SwitchoverFinished', 'SwitchoverIncomplete', 'SwitchoverRefused'],
};

/**
 * Once all has healed: every region names the same side, and that side holds what its applications wrote; each move has
 * come to an end that was told, and the one that raised the epoch has brought every member over.
 */
export function movesEnd(
  { stage, sides }: Pick<Run, 'stage' | 'sides'>,
  { heard }: Pick<Announced, 'heard'>,
): string[] {
  return stage.installation.groups.flatMap((group) => {
    const home = stage.installation.regions.primary;
    const known = regionsOf(stage).map((region) => {
      const epoch = epochIn(stage, region, group.name);
      return { region, number: epoch?.number ?? 1, active: epoch?.active ?? home, move: epoch?.move };
    });
    const [first] = known;
    const agreed = known.every(({ number, active }) => number === first!.number && active === first!.active)
      ? []
      : [
          `the sides of ${group.name}: ${known.map((one) => `${one.region} knows ${one.active} in epoch ${one.number}`).join(', ')}`,
        ];
    const moves = movesIn(stage, group);
    return [
      ...agreed,
      ...moves.flatMap((move) => endOf(stage, move, first!.move, heard)),
      ...(sides?.group.name === group.name ? sides.differencesIn(first!.active) : []),
    ];
  });
}

function endOf(stage: Stage, move: Move, raisedBy: string | undefined, heard: Announced['heard']): string[] {
  const { id, kind, state, askedAt, group } = move;
  const isOpen = state === 'asked' || state === 'approved' || state === 'moving';
  const told = heard.some(({ event }) => ENDS[kind].includes(event.name) && event.facts?.['move'] === id);
  const isLate = later(askedAt, LONG) < stage.now;
  const late = isOpen && isLate ? [`${id} is ${state}, and was asked for at ${iso(askedAt)}`] : [];
  const silent = !isOpen && !told ? [`${id} is ${state}, and no event says so`] : [];
  if (id !== raisedBy) return [...late, ...silent];
  const unfinished = membersIn(stage, { name: group, to: move.to }, id).filter(
    (member) => member.state !== 'switched',
  );
  return [
    ...late,
    ...silent,
    ...(isLate && state !== 'moved' ? [`${id} raised the epoch and is ${state}`] : []),
    ...unfinished.map((member) => `${id} raised the epoch, and ${member.cluster} is ${member.state}`),
  ];
}
